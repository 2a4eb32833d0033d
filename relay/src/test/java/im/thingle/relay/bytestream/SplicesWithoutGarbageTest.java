// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import im.thingle.relay.net.EventLoops;
import im.thingle.relay.net.Transport;
import im.thingle.relay.socks5.StreamKey;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Spliced bytes cost no heap: what a loop allocates while it carries them is what its clock makes it allocate. */
class SplicesWithoutGarbageTest {
    private static final int MEGABYTES = 256;
    private static final int ROUNDS = 20;
    private static final int MOST_BYTES_PER_MEGABYTE = 64;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void allocatesNextToNothingPerByte() throws Exception {
        Assumptions.assumeTrue(EventLoops.epollAvailable());
        StreamKey key = Proxy.anyKey();
        try (Proxy proxy = new Proxy(Transport.EPOLL);
                Client one = proxy.park(key);
                Client two = proxy.park(key)) {
            proxy.activate(key);
            long[] loops = loops();
            assertThat(loops).isNotEmpty();

            // the first rounds are for the compiler; then one quiet round is enough
            long least = Long.MAX_VALUE;
            for (int round = 0; round < ROUNDS && least >= MOST_BYTES_PER_MEGABYTE; round++) {
                long before = allocated(loops);
                carry(one, two);
                least = Math.min(least, (allocated(loops) - before) / MEGABYTES);
            }

            assertThat(least).as("bytes allocated per MB carried").isLessThan(MOST_BYTES_PER_MEGABYTE);
        }
    }

    private long[] loops() {
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(thread -> thread != null && thread.getThreadName().startsWith("thingle-loop"))
                .mapToLong(thread -> thread.getThreadId())
                .toArray();
    }

    private long allocated(long[] loops) {
        return Arrays.stream(threads.getThreadAllocatedBytes(loops)).sum();
    }

    private static void carry(Client from, Client to) throws IOException {
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
            byte[] megabyte = new byte[1 << 20];
            try {
                for (int i = 0; i < MEGABYTES; i++) {
                    from.send(megabyte);
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        byte[] buffer = new byte[256 * 1024];
        InputStream in = to.socket.getInputStream();
        for (long left = (long) MEGABYTES << 20; left > 0; ) {
            int got = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            assertThat(got).isPositive();
            left -= got;
        }
        sending.join();
    }
}
