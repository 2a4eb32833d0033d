// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** Somebody with a UDP socket on the loopback. Confined to the test's thread. */
public final class UdpParty implements AutoCloseable {
    private static final int MOMENT_MILLIS = 200;

    private final DatagramSocket socket;

    public UdpParty() throws IOException {
        socket = new DatagramSocket(Loopback.at(0));
    }

    public void send(int port, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        socket.send(new DatagramPacket(bytes, bytes.length, Loopback.at(port)));
    }

    /** The next packet, which must be from this port. */
    public String receive(int from) throws IOException {
        socket.setSoTimeout((int) Await.SOON.toMillis());
        DatagramPacket packet = take();
        if (packet.getPort() != from) {
            throw new AssertionError("a packet from port " + packet.getPort() + " instead of " + from);
        }
        return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
    }

    /** Whether this text comes from this port within a moment; takes everything that is there. */
    public boolean hears(String text, int from) throws IOException {
        socket.setSoTimeout(MOMENT_MILLIS);
        boolean heard = false;
        try {
            while (true) {
                DatagramPacket packet = take();
                heard |= packet.getPort() == from
                        && text.equals(new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8));
            }
        } catch (SocketTimeoutException quiet) {
            return heard;
        }
    }

    /** Whether nothing comes for a moment. */
    public boolean isSilent() throws IOException {
        socket.setSoTimeout(MOMENT_MILLIS);
        try {
            take();
            return false;
        } catch (SocketTimeoutException quiet) {
            return true;
        }
    }

    private DatagramPacket take() throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
        socket.receive(packet);
        return packet;
    }

    @Override
    public void close() {
        socket.close();
    }
}
