// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.probe;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** Messages as datagrams, repeated until they are answered (RFC 8489 §6.2.1). Confined to its caller's thread. */
final class DatagramWire implements StunExchange.Wire {
    private final DatagramSocket socket;

    private DatagramWire(DatagramSocket socket) {
        this.socket = socket;
    }

    static DatagramWire open(InetSocketAddress server) throws IOException {
        var socket = new DatagramSocket();
        try {
            socket.connect(server);
            return new DatagramWire(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public Duration firstTimeout() {
        return Duration.ofMillis(500);
    }

    @Override
    public void send(byte[] bytes, int length) throws IOException {
        socket.send(new DatagramPacket(bytes, length, socket.getRemoteSocketAddress()));
    }

    @Override
    public int receive(byte[] into, Duration patience) throws IOException {
        var packet = new DatagramPacket(into, into.length);
        socket.setSoTimeout((int) Math.max(1, patience.toMillis()));
        try {
            socket.receive(packet);
            return packet.getLength();
        } catch (SocketTimeoutException silence) {
            return -1;
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
