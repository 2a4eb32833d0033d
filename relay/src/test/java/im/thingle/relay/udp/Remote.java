// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

import im.thingle.stun.attribute.TransportAddress;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;

/** Somebody at the other end: a plain socket of the JDK. */
final class Remote implements AutoCloseable {
    private final DatagramSocket socket;

    Remote(String host) throws IOException {
        socket = new DatagramSocket(null);
        socket.setReceiveBufferSize(4 << 20);
        socket.bind(new InetSocketAddress(InetAddress.getByName(host), 0));
        socket.setSoTimeout(5_000);
    }

    TransportAddress address() {
        return EngineOnLoop.address((InetSocketAddress) socket.getLocalSocketAddress());
    }

    void send(TransportAddress to, byte... bytes) throws IOException {
        socket.send(new DatagramPacket(bytes, bytes.length, EngineOnLoop.inet(to)));
    }

    /** The next datagram; fails if none comes. */
    byte[] receive() throws IOException {
        return take().getData();
    }

    TransportAddress receiveFrom() throws IOException {
        return EngineOnLoop.address((InetSocketAddress) take().getSocketAddress());
    }

    private DatagramPacket take() throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
        socket.receive(packet);
        packet.setData(Arrays.copyOf(packet.getData(), packet.getLength()));
        return packet;
    }

    @Override
    public void close() {
        socket.close();
    }
}
