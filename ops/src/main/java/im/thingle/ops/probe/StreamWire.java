// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.probe;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import javax.net.SocketFactory;

/** Messages in a stream, over TCP or TLS (RFC 8489 §6.2.2, §6.2.3). Confined to its caller's thread. */
final class StreamWire implements StunExchange.Wire {
    private static final int HEADER = 20;

    private final Socket socket;

    private StreamWire(Socket socket) {
        this.socket = socket;
    }

    static StreamWire open(InetSocketAddress server, Duration patience) throws IOException {
        var socket = SocketFactory.getDefault().createSocket();
        try {
            socket.connect(server, (int) patience.toMillis());
            return new StreamWire(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Over this one, after a TLS handshake. */
    StreamWire secured(TlsGreeting greeting, InetSocketAddress server, Duration patience) throws IOException {
        socket.setSoTimeout((int) patience.toMillis());
        return new StreamWire(greeting.handshake(socket, server.getHostString()));
    }

    @Override
    public Duration firstTimeout() {
        return null;
    }

    @Override
    public void send(byte[] bytes, int length) throws IOException {
        socket.getOutputStream().write(bytes, 0, length);
        socket.getOutputStream().flush();
    }

    @Override
    public int receive(byte[] into, Duration patience) throws IOException {
        socket.setSoTimeout((int) Math.max(1, patience.toMillis()));
        try {
            read(into, 0, HEADER);
            var rest = Short.toUnsignedInt(ByteBuffer.wrap(into).getShort(2));
            if (HEADER + rest > into.length) {
                throw new IOException("what answers is no STUN server");
            }
            read(into, HEADER, rest);
            return HEADER + rest;
        } catch (SocketTimeoutException silence) {
            return -1;
        }
    }

    private void read(byte[] into, int offset, int count) throws IOException {
        if (socket.getInputStream().readNBytes(into, offset, count) < count) {
            throw new EOFException("the connection was closed");
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException ignored) {
            // gone either way
        }
    }
}
