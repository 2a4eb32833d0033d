// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Skips, or fails, the tests whose {@link NeedsPeer} is not installed, and says at the end of the run which those
 * were.
 */
final class MissingPeers implements ExecutionCondition {
    private static final ExtensionContext.Namespace HERE = ExtensionContext.Namespace.create(MissingPeers.class);

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        List<String> remedies = AnnotationSupport.findAnnotation(context.getElement(), NeedsPeer.class).stream()
                .flatMap(needs -> Arrays.stream(needs.value()))
                .filter(peer -> !peer.installed())
                .map(Peer::remedy)
                .toList();
        if (remedies.isEmpty()) {
            return ConditionEvaluationResult.enabled("every peer is installed");
        }
        String test = name(context);
        String why = String.join("; ", remedies);
        if ("required".equals(System.getProperty("thingle.peers"))) {
            throw new IllegalStateException(test + " must run, but " + why);
        }
        context.getRoot()
                .getStore(HERE)
                .getOrComputeIfAbsent(Summary.class, absent -> new Summary(), Summary.class)
                .skipped
                .add(test + ": " + why);
        return ConditionEvaluationResult.disabled(why);
    }

    private static String name(ExtensionContext context) {
        String method = context.getTestMethod().map(m -> "." + m.getName()).orElse("");
        return context.getRequiredTestClass().getSimpleName() + method;
    }

    /** Closed by JUnit together with the root of all tests. */
    private static final class Summary implements AutoCloseable {
        private final Collection<String> skipped = new ConcurrentLinkedQueue<>();

        @Override
        public void close() {
            System.out.println("Skipped for want of a peer (ops/verify installs them all):");
            skipped.forEach(line -> System.out.println("  " + line));
        }
    }
}
