// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.IoEventLoop;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LoopTurnsTest {
    /** Has a bug at either end of a turn. */
    private static final class Faulty implements LoopTurns.Edges {
        final CountDownLatch begins = new CountDownLatch(3);
        final CountDownLatch ends = new CountDownLatch(3);

        @Override
        public void turnBegins() {
            begins.countDown();
            throw new IllegalStateException("a bug on purpose");
        }

        @Override
        public void turnEnds() {
            ends.countDown();
            throw new IllegalStateException("a bug on purpose");
        }
    }

    @Test
    void aBugInAnEdgeDoesNotEndTheLoop() throws Exception {
        assumeTrue(EventLoops.epollAvailable(), "no epoll on this system");
        EventLoops loops = EventLoops.open(Transport.EPOLL, 1);
        try {
            IoEventLoop loop = loops.all().getFirst();
            Faulty faulty = new Faulty();
            loop.submit(() -> {
                Thread.currentThread().setUncaughtExceptionHandler((thread, bug) -> {});
                LoopTurns.ofThisLoop().add(faulty);
            }).get();

            for (int i = 0; i < 3; i++) {
                assertThat(loop.submit(() -> "alive").get(5, TimeUnit.SECONDS)).isEqualTo("alive");
            }

            assertThat(faulty.begins.await(5, TimeUnit.SECONDS)).isTrue();
            assertThat(faulty.ends.await(5, TimeUnit.SECONDS)).isTrue();
        } finally {
            loops.close();
        }
    }
}
