// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.net;

import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** Asks all that have an event loop each the same question, and puts the answers together. Safe from any thread. */
public final class EveryLoop {
    private EveryLoop() {}

    /**
     * Asks everybody on its own event loop; who has stopped, or finds a bug while answering, has nothing to say.
     *
     * @param whenAnswered called once, on the loop of whoever answers last
     */
    public static <O, A> void ask(
            List<O> owners,
            Function<O, ? extends EventLoop> loop,
            Function<O, List<A>> question,
            Consumer<List<A>> whenAnswered) {
        List<CompletableFuture<List<A>>> answers = owners.stream()
                .map(owner -> ask(loop.apply(owner), () -> question.apply(owner)))
                .toList();
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenRun(() -> whenAnswered.accept(
                        answers.stream().flatMap(answer -> answer.join().stream()).toList()));
    }

    private static <A> CompletableFuture<List<A>> ask(EventLoop loop, Supplier<List<A>> question) {
        CompletableFuture<List<A>> answer = new CompletableFuture<>();
        try {
            loop.execute(() -> {
                try {
                    answer.complete(question.get());
                } finally {
                    answer.complete(List.of()); // unless it has; the loop logs what was thrown
                }
            });
        } catch (RejectedExecutionException stopped) {
            answer.complete(List.of());
        }
        return answer;
    }
}
