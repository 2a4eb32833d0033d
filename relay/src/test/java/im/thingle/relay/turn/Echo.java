// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.stun.attribute.TransportAddress;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A peer on UDP that sends back what it gets. */
final class Echo implements AutoCloseable {
    private final DatagramSocket socket;

    Echo(String host) throws IOException {
        socket = new DatagramSocket(0, InetAddress.ofLiteral(host));
        Thread.ofVirtual().start(this::run);
    }

    TransportAddress address() {
        return Caller.address((InetSocketAddress) socket.getLocalSocketAddress());
    }

    @Override
    public void close() {
        socket.close();
    }

    private void run() {
        DatagramPacket packet = new DatagramPacket(new byte[65536], 65536);
        try {
            while (true) {
                packet.setLength(65536);
                socket.receive(packet);
                socket.send(packet);
            }
        } catch (IOException closed) {
            // the test is over
        }
    }
}
