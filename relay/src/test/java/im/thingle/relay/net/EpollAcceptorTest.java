// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A listener that resets its whole queue when descriptors run out, and what becomes of it. */
class EpollAcceptorTest {
    private final BlockingQueue<InetSocketAddress> accepted = new LinkedBlockingQueue<>();
    private final AtomicInteger refusals = new AtomicInteger();
    private EventLoops loops;
    private EpollAcceptor acceptor;

    @BeforeEach
    void listen() throws Exception {
        assumeTrue(EventLoops.epollAvailable(), "no epoll on this system");
        loops = EventLoops.open(Transport.EPOLL, 1);
        Acceptor.Listener guests = new Acceptor.Listener() {
            @Override
            public void accepted(StreamSocket socket) {
                accepted.add(socket.remoteAddress());
                socket.close();
            }

            @Override
            public void outOfDescriptors() {
                refusals.incrementAndGet();
            }
        };
        acceptor = (EpollAcceptor) loops.listen(new InetSocketAddress("127.0.0.1", 0), loop -> guests).getFirst();
    }

    @AfterEach
    void close() {
        acceptor.close();
        loops.close();
    }

    @Test
    void listensAgainWhereItDidAfterItHasRefusedAll() throws Exception {
        for (int round = 1; round <= 2; round++) {
            onLoop(() -> {
                silence();
                return null;
            });
            awaitRefusals(round);

            greet();
        }
    }

    @Test
    void triesUntilItListensAgainAndTellsOfItOnce() throws Exception {
        ServerSocket other = onLoop(() -> {
            silence();
            ServerSocket taker = new ServerSocket();
            taker.setReuseAddress(true);
            taker.bind(acceptor.localAddress());
            return taker;
        });
        awaitRefusals(1);

        other.close();
        while (accepted.isEmpty()) {
            try {
                connect().close();
            } catch (IOException refused) {
                Thread.yield(); // not yet
            }
        }

        greet();
        assertThat(refusals).as("neither again nor in a busy loop").hasValue(1);
    }

    /** What the acceptor does to its queue; that it listens no more it hears from the kernel then. */
    private void silence() throws IOException {
        new io.netty.channel.unix.Socket(acceptor.fd().intValue()).shutdown();
    }

    private void awaitRefusals(int count) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (refusals.get() < count && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(refusals).hasValue(count);
    }

    private void greet() throws Exception {
        accepted.clear();
        try (Socket client = connect()) {
            InetSocketAddress seen = accepted.poll(10, TimeUnit.SECONDS);
            while (seen != null && seen.getPort() != client.getLocalPort()) {
                seen = accepted.poll(10, TimeUnit.SECONDS); // one from before
            }
            assertThat(seen).isNotNull();
        }
    }

    private Socket connect() throws IOException {
        return new Socket(acceptor.localAddress().getAddress(), acceptor.localAddress().getPort());
    }

    private <T> T onLoop(Callable<T> work) throws Exception {
        return loops.all().getFirst().submit(work).get(10, TimeUnit.SECONDS);
    }
}
