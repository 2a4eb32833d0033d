// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.stun.stream.StunFramer;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.security.KeyManagementException;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** How a test's client is connected: whole messages go out and come in. */
interface Wire extends AutoCloseable {
    int PATIENCE_MILLIS = 10_000;

    void send(byte[] message) throws IOException;

    /** The next message; throws {@link SocketTimeoutException} if none comes for {@code millis}. */
    byte[] receive(int millis) throws IOException;

    /** Whether ChannelData is padded. */
    boolean isStream();

    @Override
    void close() throws IOException;

    static Wire udp(InetSocketAddress server) throws IOException {
        DatagramSocket socket = new DatagramSocket(0, server.getAddress());
        socket.connect(server);
        return new Wire() {
            private final byte[] buffer = new byte[65536];

            @Override
            public void send(byte[] message) throws IOException {
                socket.send(new DatagramPacket(message, message.length));
            }

            @Override
            public byte[] receive(int millis) throws IOException {
                socket.setSoTimeout(millis);
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                return Arrays.copyOf(buffer, packet.getLength());
            }

            @Override
            public boolean isStream() {
                return false;
            }

            @Override
            public void close() {
                socket.close();
            }
        };
    }

    static Wire tcp(InetSocketAddress server) throws IOException {
        return over(new Socket(server.getAddress(), server.getPort()));
    }

    static Wire tls(InetSocketAddress server) throws IOException {
        return over(anyTls().getSocketFactory().createSocket(server.getAddress(), server.getPort()));
    }

    static Wire over(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        return new Wire() {
            private final StunFramer framer = new StunFramer(StunFramer.LONGEST);
            private final InputStream in = socket.getInputStream();
            private byte[] held = new byte[0];

            @Override
            public void send(byte[] message) throws IOException {
                socket.getOutputStream().write(message);
            }

            @Override
            public byte[] receive(int millis) throws IOException {
                socket.setSoTimeout(millis);
                byte[] buffer = new byte[65536];
                while (true) {
                    int length = framer.next(ByteBuffer.wrap(held), 0, held.length);
                    if (length > 0) {
                        byte[] message = Arrays.copyOf(held, length);
                        held = Arrays.copyOfRange(held, length, held.length);
                        return message;
                    }
                    int got = in.read(buffer);
                    if (got < 0) {
                        throw new IOException("the server has closed the connection");
                    }
                    int before = held.length;
                    held = Arrays.copyOf(held, before + got);
                    System.arraycopy(buffer, 0, held, before, got);
                }
            }

            @Override
            public boolean isStream() {
                return true;
            }

            @Override
            public void close() throws IOException {
                socket.close();
            }
        };
    }

    /** Trusts everybody. */
    static SSLContext anyTls() {
        TrustManager everybody = new X509TrustManager() {
            @Override
            public void checkClientTrusted(X509Certificate[] chain, String type) {}

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String type) {}

            @Override
            public X509Certificate[] getAcceptedIssuers() {
                return new X509Certificate[0];
            }
        };
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {everybody}, null);
            return context;
        } catch (NoSuchAlgorithmException | KeyManagementException e) {
            throw new IllegalStateException(e);
        }
    }
}
