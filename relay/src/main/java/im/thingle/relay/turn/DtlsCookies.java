// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.relay.udp.Datagram;
import im.thingle.stun.attribute.TransportAddress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.tls.DTLSRequest;
import org.bouncycastle.tls.DTLSVerifier;
import org.bouncycastle.tls.DatagramSender;
import org.bouncycastle.tls.crypto.TlsCrypto;

/**
 * Has clients prove that they are where they say before anything is kept of them (RFC 6347 §4.2.1): the first
 * ClientHello is answered with a cookie made of it, of the client's address and of a secret. The answer is shorter than
 * what it answers. The secret changes now and then; the one before is still good. Confined to its event loop.
 */
final class DtlsCookies {
    private static final long SECRET_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final int MESSAGE_HEADER_BYTES = 12;
    private static final int RANDOM_AT = DtlsRecords.HEADER_BYTES + MESSAGE_HEADER_BYTES + 2;
    private static final int RANDOM_BYTES = 32;
    private static final int HANDSHAKE = 22;
    private static final int CLIENT_HELLO = 1;

    private final TlsCrypto crypto;
    private DTLSVerifier current;
    private DTLSVerifier previous;
    private long madeNanos;

    DtlsCookies(TlsCrypto crypto, long nowNanos) {
        this.crypto = crypto;
        current = new DTLSVerifier(crypto);
        previous = current;
        madeNanos = nowNanos;
    }

    /** Whether this may be a ClientHello, unencrypted as they all are. */
    static boolean isHello(Datagram datagram) {
        ByteBuffer bytes = datagram.bytes();
        int at = datagram.offset();
        return datagram.length() >= RANDOM_AT + RANDOM_BYTES
                && bytes.get(at) == HANDSHAKE
                && bytes.getShort(at + 3) == 0
                && bytes.get(at + DtlsRecords.HEADER_BYTES) == CLIENT_HELLO;
    }

    /**
     * What the client rolled for this handshake, the same in its ClientHello with the cookie and in repetitions of it.
     */
    static byte[] random(byte[] hello) {
        byte[] random = new byte[RANDOM_BYTES];
        System.arraycopy(hello, RANDOM_AT, random, 0, RANDOM_BYTES);
        return random;
    }

    /** The handshake to go on with; null if the client has no good cookie, and may have been sent one. */
    DTLSRequest verify(TransportAddress client, byte[] hello, DatagramSender answer, long nowNanos) {
        if (nowNanos - madeNanos >= SECRET_NANOS) {
            previous = current;
            current = new DTLSVerifier(crypto);
            madeNanos = nowNanos;
        }
        byte[] name = ByteBuffer.allocate(2 * Long.BYTES + Integer.BYTES)
                .putLong(client.high())
                .putLong(client.low())
                .putInt(client.port())
                .array();
        Kept kept = new Kept();
        DTLSRequest request = current.verifyRequest(name, hello, 0, hello.length, kept);
        if (request == null && previous != current) {
            request = previous.verifyRequest(name, hello, 0, hello.length, new Kept());
        }
        if (request == null && kept.datagram != null) {
            send(answer, kept.datagram);
        }
        return request;
    }

    private static void send(DatagramSender answer, byte[] datagram) {
        try {
            answer.send(datagram, 0, datagram.length);
        } catch (IOException lost) {
            // as datagrams are; the client asks again
        }
    }

    /** Holds an answer back until it is known that nobody else has a better one. Confined to its event loop. */
    private static final class Kept implements DatagramSender {
        private byte[] datagram;

        @Override
        public int getSendLimit() {
            return DtlsDatagrams.HANDSHAKE_BYTES;
        }

        @Override
        public void send(byte[] from, int at, int length) {
            datagram = new byte[length];
            System.arraycopy(from, at, datagram, 0, length);
        }
    }
}
