// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.stun.attribute.TransportAddress;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Somebody with a UDP socket. */
final class Party implements AutoCloseable {
    static final int PATIENCE_MILLIS = 10_000;

    private final DatagramSocket socket;

    Party(String host) throws IOException {
        socket = new DatagramSocket(0, InetAddress.ofLiteral(host));
        socket.setSoTimeout(PATIENCE_MILLIS);
    }

    Party() throws IOException {
        this("127.0.0.1");
    }

    TransportAddress address() {
        return TransportAddress.of(socket.getLocalAddress().getAddress(), socket.getLocalPort());
    }

    /** @param above 1 for RTCP, else 0 */
    void send(TransportAddress to, int above, byte[] packet) throws IOException {
        InetSocketAddress address =
                new InetSocketAddress(InetAddress.getByAddress(to.address()), to.port() + above);
        socket.send(new DatagramPacket(packet, packet.length, address));
    }

    void send(TransportAddress to, String text) throws IOException {
        send(to, 0, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The next packet; its source must be this port. */
    byte[] receive(int fromPort) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
        socket.receive(packet);
        if (packet.getPort() != fromPort) {
            throw new AssertionError("a packet from port " + packet.getPort() + " (expected: " + fromPort + ")");
        }
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    String text(TransportAddress from) throws IOException {
        return new String(receive(from.port()), StandardCharsets.UTF_8);
    }

    /** How many packets are here once none has come for a moment. */
    int drain() throws IOException {
        int count = 0;
        socket.setSoTimeout(200);
        try {
            while (true) {
                socket.receive(new DatagramPacket(new byte[2048], 2048));
                count++;
            }
        } catch (SocketTimeoutException quiet) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            return count;
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
