// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Gives answers that come from event loops, where a fault would be kept in a future that nobody looks at. Safe from any
 * thread.
 *
 * @param bugs is told of each fault, and where it struck
 */
public record Answers(BiConsumer<String, Throwable> bugs) {
    /**
     * Gives it once, when it is known.
     *
     * @param otherwise what is given if a fault of ours has kept it from being known
     */
    <T> void give(CompletableFuture<T> answer, T otherwise, Consumer<T> whenKnown) {
        sound(answer, otherwise).thenAccept(whenKnown).exceptionally(fault -> {
            report("answer to a command", fault);
            return null;
        });
    }

    /** The same, but never with a fault. */
    <T> CompletableFuture<T> sound(CompletableFuture<T> answer, T otherwise) {
        return answer.exceptionally(fault -> {
            report("command", fault);
            return otherwise;
        });
    }

    private void report(String where, Throwable fault) {
        bugs.accept(where, fault instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause() : fault);
    }
}
