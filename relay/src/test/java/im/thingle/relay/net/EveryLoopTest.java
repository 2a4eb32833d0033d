// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.IoEventLoop;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EveryLoopTest {
    private static final IllegalStateException FAULT = new IllegalStateException("a bug");

    private final EventLoops loops = EventLoops.open(Transport.NIO, 3);
    private final BlockingQueue<Throwable> bugs = new LinkedBlockingQueue<>();
    private final List<IoEventLoop> owners = loops.all();
    private final EveryLoop<IoEventLoop> every = new EveryLoop<>(owners, owner -> owner, (owner, bug) -> bugs.add(bug));

    @AfterEach
    void stop() {
        loops.close();
    }

    @Test
    void putsTheAnswersOfAllTogether() throws Exception {
        assertThat(ask(false)).containsExactlyInAnyOrder(0, 1, 2);
        assertThat(bugs).isEmpty();
    }

    @Test
    void reportsWhoCannotAnswerAndTellsTheRest() throws Exception {
        assertThat(ask(true)).containsExactlyInAnyOrder(1, 2);
        assertThat(bugs).containsExactly(FAULT);
    }

    @Test
    void reportsWhatStrikesWhoeverAsked() throws Exception {
        every.ask(owner -> List.of(1), answers -> {
            throw FAULT;
        });

        assertThat(bugs.poll(10, TimeUnit.SECONDS)).isSameAs(FAULT);
    }

    @Test
    void hearsNothingOfWhoHasStopped() throws Exception {
        loops.close();

        assertThat(ask(false)).isEmpty();
        assertThat(bugs).isEmpty();
    }

    private List<Integer> ask(boolean firstIsBroken) throws Exception {
        CompletableFuture<List<Integer>> known = new CompletableFuture<>();
        every.ask(owner -> {
            assertThat(owner.inEventLoop()).isTrue();
            if (firstIsBroken && owner == owners.getFirst()) {
                throw FAULT;
            }
            return List.of(owners.indexOf(owner));
        }, known::complete);
        return known.get(10, TimeUnit.SECONDS);
    }
}
