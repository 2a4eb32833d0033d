// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.DatagramTransport;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/** A client's DTLS association, which trusts everybody. Its crypto is another than the server's. */
final class DtlsWire implements Wire {
    final DatagramSocket socket;
    private final DTLSTransport transport;

    DtlsWire(InetSocketAddress server) throws IOException {
        this(new DatagramSocket(0, server.getAddress()), server);
    }

    /** On a socket that there is. */
    DtlsWire(DatagramSocket socket, InetSocketAddress server) throws IOException {
        this.socket = socket;
        socket.connect(server);
        transport = new DTLSClientProtocol().connect(new Client(), new Datagrams(socket));
    }

    @Override
    public void send(byte[] message) throws IOException {
        transport.send(message, 0, message.length);
    }

    @Override
    public byte[] receive(int millis) throws IOException {
        byte[] buffer = new byte[transport.getReceiveLimit()];
        int length = transport.receive(buffer, 0, buffer.length, millis);
        if (length < 0) {
            throw new SocketTimeoutException();
        }
        return Arrays.copyOf(buffer, length);
    }

    @Override
    public boolean isStream() {
        return false;
    }

    @Override
    public void close() throws IOException {
        transport.close();
        socket.close();
    }

    private static final class Client extends DefaultTlsClient {
        Client() {
            super(new BcTlsCrypto(new SecureRandom()));
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return ProtocolVersion.DTLSv12.only();
        }

        @Override
        public int getHandshakeTimeoutMillis() {
            return PATIENCE_MILLIS;
        }

        @Override
        public TlsAuthentication getAuthentication() {
            return new TlsAuthentication() {
                @Override
                public void notifyServerCertificate(TlsServerCertificate certificate) {}

                @Override
                public TlsCredentials getClientCredentials(CertificateRequest request) {
                    return null;
                }
            };
        }
    }

    private record Datagrams(DatagramSocket socket) implements DatagramTransport {
        @Override
        public int getReceiveLimit() {
            return 16 * 1024;
        }

        @Override
        public int getSendLimit() {
            return 16 * 1024;
        }

        @Override
        public int receive(byte[] into, int at, int limit, int waitMillis) throws IOException {
            socket.setSoTimeout(waitMillis);
            DatagramPacket packet = new DatagramPacket(into, at, limit);
            socket.receive(packet);
            return packet.getLength();
        }

        @Override
        public void send(byte[] from, int at, int length) throws IOException {
            socket.send(new DatagramPacket(from, at, length));
        }

        @Override
        public void close() {}
    }
}
