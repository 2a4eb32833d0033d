// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.relay.socks5.StreamKey;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** A client's SOCKS5 socket, byte by byte. */
final class Client implements AutoCloseable {
    final Socket socket = new Socket();

    private Client(InetSocketAddress proxy, int receiveBuffer) throws IOException {
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.setSoTimeout(10_000);
        socket.setTcpNoDelay(true);
        socket.connect(proxy, 5_000);
    }

    static Client connect(InetSocketAddress proxy) throws IOException {
        return new Client(proxy, 0);
    }

    /** Connected, greeted and parked. */
    static Client parked(InetSocketAddress proxy, StreamKey key) throws IOException {
        return parked(proxy, key, 0);
    }

    /** The same, with a small receive buffer, so that it soon stops the sender. */
    static Client parked(InetSocketAddress proxy, StreamKey key, int receiveBuffer) throws IOException {
        Client client = new Client(proxy, receiveBuffer);
        client.park(key);
        return client;
    }

    /** Does the handshake. */
    void park(StreamKey key) throws IOException {
        send(greeting());
        assertThat(receive(2)).isEqualTo(hex("0500"));
        send(request(key));
        assertThat(receive(47)).isEqualTo(succeeded(key));
    }

    static byte[] greeting() {
        return hex("050100");
    }

    static byte[] request(StreamKey key) {
        return message(1, key);
    }

    static byte[] succeeded(StreamKey key) {
        return message(0, key);
    }

    static byte[] message(int code, StreamKey key) {
        String digits = HexFormat.of().formatHex(key.toString().getBytes(StandardCharsets.US_ASCII));
        return hex("05%02x000328%s0000".formatted(code, digits));
    }

    static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    byte[] receive(int count) throws IOException {
        byte[] got = socket.getInputStream().readNBytes(count);
        assertThat(got).as("%d bytes before the end of file", count).hasSize(count);
        return got;
    }

    byte[] receiveAll() throws IOException {
        return socket.getInputStream().readAllBytes();
    }

    void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Waits for the proxy's end of file or reset; false if a byte came instead. */
    boolean isCut() throws IOException {
        InputStream in = socket.getInputStream();
        try {
            return in.read() < 0;
        } catch (java.net.SocketTimeoutException silent) {
            throw silent;
        } catch (IOException reset) {
            return true;
        }
    }

    /** Closes with a reset, as the kernel does for a killed process that had not read everything. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
