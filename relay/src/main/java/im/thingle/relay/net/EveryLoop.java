// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.net;

import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Asks all that have an event loop each the same question, and puts the answers together. Safe from any thread.
 *
 * @param owners at least one
 * @param bugs is told of a fault in a question, or in what is done with the answers
 */
public record EveryLoop<O>(
        List<O> owners, Function<O, ? extends EventLoop> loop, BiConsumer<O, Throwable> bugs) {
    /**
     * Asks everybody on its own event loop; who has stopped, or finds a bug while answering, has nothing to say.
     *
     * @param whenAnswered called once, on the loop of whoever answers last
     */
    public <A> void ask(Function<O, List<A>> question, Consumer<List<A>> whenAnswered) {
        List<CompletableFuture<List<A>>> answers =
                owners.stream().map(owner -> ask(owner, question)).toList();
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).thenRun(() -> {
            try {
                whenAnswered.accept(
                        answers.stream().flatMap(answer -> answer.join().stream()).toList());
            } catch (RuntimeException | Error bug) {
                bugs.accept(owners.getFirst(), bug); // or it would be kept where nobody looks
            }
        });
    }

    private <A> CompletableFuture<List<A>> ask(O owner, Function<O, List<A>> question) {
        CompletableFuture<List<A>> answer = new CompletableFuture<>();
        try {
            loop.apply(owner).execute(() -> answer.complete(answer(owner, question)));
        } catch (RejectedExecutionException stopped) {
            answer.complete(List.of());
        }
        return answer;
    }

    private <A> List<A> answer(O owner, Function<O, List<A>> question) {
        try {
            return question.apply(owner);
        } catch (RuntimeException | Error bug) {
            bugs.accept(owner, bug);
            return List.of();
        }
    }
}
