// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.IoEventLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BusySocketsTest {
    /** Never has enough, so it asks to be told again each time it is told. */
    private static final class Glutton implements StreamSocket.Listener {
        final CountDownLatch served = new CountDownLatch(1000);
        final CompletableFuture<Throwable> fault = new CompletableFuture<>();
        private final StreamSocket socket;

        Glutton(StreamSocket socket) {
            this.socket = socket;
        }

        @Override
        public void onReady(boolean readable, boolean writable, boolean hangUp) {
            served.countDown();
            socket.tellAgain();
        }

        @Override
        public void onFault(Throwable bug) {
            fault.complete(bug);
        }
    }

    /** Asks to be told again, and closes. */
    private static final class Leaver implements StreamSocket.Listener {
        final CountDownLatch left = new CountDownLatch(1);
        final StreamSocket socket;
        volatile int told;
        private final int turns;

        Leaver(StreamSocket socket, int turns) {
            this.socket = socket;
            this.turns = turns;
        }

        @Override
        public void onReady(boolean readable, boolean writable, boolean hangUp) {
            told = told + 1; // on one thread only
            if (told <= turns) {
                socket.tellAgain();
            }
            if (told == turns) {
                socket.close();
                left.countDown();
            }
        }

        @Override
        public void onFault(Throwable bug) {
            throw new AssertionError(bug);
        }
    }

    private final BlockingQueue<StreamSocket> accepted = new LinkedBlockingQueue<>();
    private EventLoops loops;
    private IoEventLoop loop;
    private InetSocketAddress address;

    @BeforeEach
    void listen() throws IOException {
        assumeTrue(EventLoops.epollAvailable(), "no epoll on this system");
        loops = EventLoops.open(Transport.EPOLL, 1);
        loop = loops.all().getFirst();
        address = loops.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), index -> new Acceptor.Listener() {
            @Override
            public void accepted(StreamSocket socket) {
                accepted.add(socket);
            }

            @Override
            public void outOfDescriptors() {
                throw new AssertionError("out of descriptors");
            }
        }).getFirst().localAddress();
    }

    @AfterEach
    void close() {
        loops.close();
    }

    @Test
    void theQuietAreServedWhileTheBusyNeverHaveEnough() throws Exception {
        try (Socket bulk = connected(); Socket quiet = connected()) {
            Glutton glutton = busy(accepted.take());
            bulk.getOutputStream().write('x');
            glutton.served.await();
            CountDownLatch readable = new CountDownLatch(1);
            StreamSocket other = accepted.take();
            CountDownLatch attached = new CountDownLatch(1);

            loop.execute(() -> {
                other.attach(loop, new StreamSocket.Listener() {
                    @Override
                    public void onReady(boolean ready, boolean writable, boolean hangUp) {
                        if (ready) {
                            readable.countDown();
                        }
                    }

                    @Override
                    public void onFault(Throwable bug) {
                        throw new AssertionError(bug);
                    }
                });
                attached.countDown();
            });
            attached.await();
            quiet.getOutputStream().write('x');

            readable.await();
            assertThat(glutton.fault).isNotDone();
        }
    }

    @Test
    void theBusyTakeTurns() throws Exception {
        try (Socket one = connected(); Socket two = connected()) {
            Glutton first = busy(accepted.take());
            Glutton second = busy(accepted.take());
            one.getOutputStream().write('x');
            two.getOutputStream().write('x');

            first.served.await();
            second.served.await();
        }
    }

    /** Both in the middle of a turn, when it is the next again, and at the end of one, when it is the last. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 8})
    void oneThatClosesInItsTurnIsNotToldAgain(int turns) throws Exception {
        try (Socket one = connected(); Socket two = connected(); Socket three = connected()) {
            Glutton other = busy(accepted.take());
            Leaver leaver = new Leaver(accepted.take(), turns);
            for (Socket each : List.of(one, two, three)) {
                each.getOutputStream().write('x');
            }
            other.served.await();

            busy(leaver.socket, leaver);
            leaver.left.await();

            Glutton later = busy(accepted.take());
            later.served.await(); // and each of the others as often
            assertThat(leaver.told).isEqualTo(turns);
            assertThat(other.fault).isNotDone();
            assertThat(later.fault).isNotDone();
        }
    }

    private Socket connected() throws IOException {
        return new Socket(address.getAddress(), address.getPort());
    }

    private Glutton busy(StreamSocket socket) throws Exception {
        Glutton glutton = new Glutton(socket);
        busy(socket, glutton);
        return glutton;
    }

    private void busy(StreamSocket socket, StreamSocket.Listener listener) throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.execute(() -> {
            socket.attach(loop, listener);
            socket.busy();
            done.complete(null);
        });
        done.get();
    }
}
