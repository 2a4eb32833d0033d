// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import im.thingle.relay.account.Accounts;
import im.thingle.relay.net.EventLoops;
import java.lang.management.ManagementFactory;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A relayed packet costs no heap: neither on its way to the peer nor back, through the whole of the native path. */
@Timeout(120)
class UdpWithoutGarbageTest {
    private static final int PACKETS = 20_000;
    private static final int AT_A_TIME = 16;
    private static final int ROUNDS = 20;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void allocatesAtMostAByteForAPacket() throws Exception {
        Assumptions.assumeTrue(EventLoops.epollAvailable());
        CallServer.Choice choice = CallServer.with();
        choice.threads = 1;
        choice.accounts = new Accounts(1L << 50, 1L << 50, () -> 0);
        try (CallServer server = choice.start();
                DatagramSocket client = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"));
                Echo echo = new Echo("127.0.0.1");
                Caller caller = new Caller(over(client, server.udp()))) {
            caller.allocate();
            caller.bind(0x4001, echo.address());
            long loop = loop();

            // the first rounds are for the compiler; then one quiet round is enough
            double least = Double.MAX_VALUE;
            for (int round = 0; round < ROUNDS && least > 1; round++) {
                long packetsBefore = server.service.gauges().packetsToPeers()
                        + server.service.gauges().packetsToClients();
                long before = threads.getThreadAllocatedBytes(loop);
                relay(client, server.udp());
                long allocated = threads.getThreadAllocatedBytes(loop) - before;
                long packets = server.service.gauges().packetsToPeers() + server.service.gauges().packetsToClients()
                        - packetsBefore;
                assertThat(packets).isGreaterThan(PACKETS);
                least = Math.min(least, (double) allocated / packets);
            }

            assertThat(least).as("bytes allocated per packet relayed").isLessThanOrEqualTo(1);
        }
    }

    private static void relay(DatagramSocket client, InetSocketAddress server) throws Exception {
        byte[] frame = Caller.frame(0x4001, new byte[172], false);
        DatagramPacket out = new DatagramPacket(frame, frame.length, server);
        DatagramPacket in = new DatagramPacket(new byte[2048], 2048);
        for (int sent = 0; sent < PACKETS; sent += AT_A_TIME) {
            for (int i = 0; i < AT_A_TIME; i++) {
                client.send(out);
            }
            for (int i = 0; i < AT_A_TIME; i++) {
                client.receive(in);
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

    /** A wire on a socket that the test uses itself. */
    private static Wire over(DatagramSocket socket, InetSocketAddress server) throws Exception {
        socket.connect(server);
        socket.setSoTimeout(Wire.PATIENCE_MILLIS);
        return new Wire() {
            @Override
            public void send(byte[] message) throws java.io.IOException {
                socket.send(new DatagramPacket(message, message.length));
            }

            @Override
            public byte[] receive(int millis) throws java.io.IOException {
                DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
                socket.receive(packet);
                return Arrays.copyOf(packet.getData(), packet.getLength());
            }

            @Override
            public boolean isStream() {
                return false;
            }

            @Override
            public void close() {}
        };
    }
}
