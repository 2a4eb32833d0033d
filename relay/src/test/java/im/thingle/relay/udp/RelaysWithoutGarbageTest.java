// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import im.thingle.relay.udp.EngineOnLoop.Kind;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A relayed datagram costs no heap. */
class RelaysWithoutGarbageTest {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int DATAGRAMS = 20_000;
    private static final int AT_ONCE = 50;
    private static final int ROUNDS = 30;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @EnumSource(names = {"NATIVE", "NATIVE_WITHOUT_SEGMENTS", "NATIVE_COALESCING"})
    void allocatesNothingPerDatagram(Kind kind) throws Exception {
        AtomicLong framed = new AtomicLong();
        try (EngineOnLoop on = new EngineOnLoop(kind); Remote client = new Remote(LOOPBACK)) {
            long loop = on.call(() -> Thread.currentThread().threadId());
            DatagramSocketPort sink = on.open(LOOPBACK, counting(framed));
            Destination toSink = on.destination(sink.localAddress());
            DatagramSocketPort second = on.open(
                    LOOPBACK, forwarding((port, in) -> port.forwardFramed(in, 0x4000, toSink)));
            Destination toSecond = on.destination(second.localAddress());
            DatagramSocketPort first = on.open(
                    LOOPBACK, forwarding((port, in) -> port.forward(in, in.offset() + 4, in.length() - 4, toSecond)));

            // the first rounds are for the compiler; then one quiet round is enough
            double least = Double.MAX_VALUE;
            for (int round = 0; round < ROUNDS && least > 0.5; round++) {
                long before = threads.getThreadAllocatedBytes(loop);
                carry(client, first, framed);
                long relayed = 2L * DATAGRAMS; // once by each port
                least = Math.min(least, (double) (threads.getThreadAllocatedBytes(loop) - before) / relayed);
            }

            assertThat(least).as("bytes allocated per datagram relayed").isLessThanOrEqualTo(1);
        }
    }

    private static void carry(Remote client, DatagramSocketPort to, AtomicLong arrived) throws Exception {
        byte[] bytes = new byte[176];
        for (int sent = 0; sent < DATAGRAMS; sent += AT_ONCE) {
            long wanted = arrived.get() + AT_ONCE;
            for (int i = 0; i < AT_ONCE; i++) {
                client.send(to.localAddress(), bytes);
            }
            long start = System.nanoTime();
            while (arrived.get() < wanted) {
                Thread.onSpinWait();
                assertThat(System.nanoTime() - start).as("a datagram is lost").isLessThan(5_000_000_000L);
            }
        }
    }

    private interface Action {
        void on(DatagramSocketPort port, Datagram datagram);
    }

    private static Receiver counting(AtomicLong count) {
        return forwarding((port, datagram) -> count.lazySet(count.get() + 1));
    }

    private static Receiver forwarding(Action action) {
        return new Receiver() {
            @Override
            public void onDatagram(DatagramSocketPort port, Datagram datagram) {
                action.on(port, datagram);
            }

            @Override
            public void onFault(DatagramSocketPort port, Throwable bug) {
                throw new AssertionError(bug);
            }
        };
    }
}
