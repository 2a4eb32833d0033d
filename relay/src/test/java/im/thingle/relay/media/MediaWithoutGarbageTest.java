// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import im.thingle.relay.account.Accounts;
import im.thingle.relay.net.EventLoops;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A packet through a channel costs no heap, on the native engine and under every ceiling. */
@Timeout(120)
class MediaWithoutGarbageTest {
    private static final int PACKETS = 20_000;
    private static final int AT_A_TIME = 16;
    private static final int ROUNDS = 20;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void allocatesAtMostAByteForAPacket() throws Exception {
        Assumptions.assumeTrue(EventLoops.epollAvailable());
        ChannelServer.Choice choice = ChannelServer.with();
        choice.threads = 1;
        choice.kbps = 1_000_000_000;
        choice.accounts = new Accounts(1L << 50, 0, () -> 0);
        try (ChannelServer server = choice.start(); Party romeo = new Party(); Party juliet = new Party()) {
            ChannelReport channel = server.open(ChannelServer.ROMEO);
            CarriesMediaTest.meet(server, channel, romeo, juliet);
            long loop = loop();

            // the first rounds are for the compiler; then one quiet round is enough
            double least = Double.MAX_VALUE;
            for (int round = 0; round < ROUNDS && least > 1; round++) {
                long before = threads.getThreadAllocatedBytes(loop);
                relay(channel, romeo, juliet);
                long allocated = threads.getThreadAllocatedBytes(loop) - before;
                least = Math.min(least, (double) allocated / PACKETS);
            }

            assertThat(least).as("bytes allocated per packet relayed").isLessThanOrEqualTo(1);
            assertThat(server.list().getFirst().packetsFromRequester()).isGreaterThanOrEqualTo(PACKETS);
        }
    }

    private static void relay(ChannelReport channel, Party from, Party to) throws Exception {
        byte[] packet = new byte[172];
        for (int sent = 0; sent < PACKETS; sent += AT_A_TIME) {
            for (int i = 0; i < AT_A_TIME; i++) {
                from.send(channel.local(), 0, packet);
            }
            for (int i = 0; i < AT_A_TIME; i++) {
                to.receive(channel.remote().port());
            }
        }
    }

    private long loop() {
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(thread -> thread != null && thread.getThreadName().startsWith("thingle-loop"))
                .mapToLong(thread -> thread.getThreadId())
                .max()
                .orElseThrow();
    }
}
