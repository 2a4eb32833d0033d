// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.turn.DtlsDatagrams;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.bouncycastle.tls.DTLSServerProtocol;
import org.bouncycastle.tls.DTLSTransport;

/**
 * DTLS with a party that speaks first (RFC 5763 §5: we are passive). The handshake waits on a virtual thread of its
 * own; afterwards only repetitions and alerts come, and are seen to on the event loop. There is no cookie: ICE has
 * shown that the party is where it says. Confined to its event loop.
 */
final class SrtpAssociation {
    private final DtlsDatagrams datagrams;
    private final SrtpHandshake handshake;
    private final Consumer<SrtpHandshake> whenSecured;
    private final Consumer<CallEnd> whenFailed;
    private DTLSTransport transport;
    private byte[] record;
    private boolean started;
    private boolean closed;

    /**
     * @param out sends a datagram to the party; the buffer is not to be kept
     * @param whenSecured told on the loop
     * @param whenFailed told on the loop, why the call is to end
     */
    SrtpAssociation(EventLoop loop, SrtpHandshake handshake, Consumer<ByteBuffer> out,
            Consumer<SrtpHandshake> whenSecured, Consumer<CallEnd> whenFailed) {
        this.handshake = handshake;
        this.whenSecured = whenSecured;
        this.whenFailed = whenFailed;
        datagrams = new DtlsDatagrams(loop, out);
    }

    /** A datagram of the party's; false if it is none of DTLS, or too many wait. */
    boolean onDatagram(byte[] datagram) {
        if (!datagrams.arrived(datagram)) {
            return false;
        }
        if (!started) {
            started = true;
            Thread.ofVirtual().name("dtls-srtp-handshake").start(this::shakeHands);
        } else if (transport != null) {
            read();
        }
        return true;
    }

    /** Says goodbye. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (transport != null) {
            try {
                transport.close();
            } catch (IOException e) {
                // it is being closed
            }
        }
        datagrams.release();
    }

    private void shakeHands() {
        try {
            DTLSTransport made = new DTLSServerProtocol().accept(handshake, datagrams);
            datagrams.onLoop(() -> opened(made));
        } catch (IOException | RuntimeException e) {
            datagrams.onLoop(() -> failed(handshake.isMistaken() ? CallEnd.WRONG_CERTIFICATE : CallEnd.NOT_SECURED));
        }
    }

    private void opened(DTLSTransport made) {
        datagrams.handshakeOver();
        if (closed) {
            return;
        }
        transport = made;
        record = new byte[DtlsDatagrams.LONGEST];
        whenSecured.accept(handshake);
        read();
    }

    private void failed(CallEnd why) {
        if (!closed) {
            whenFailed.accept(why);
        }
    }

    /** What is in the records, such as SCTP, is for nobody. */
    private void read() {
        try {
            while (!closed && datagrams.isWaiting()) {
                int length = transport.receive(record, 0, record.length, 1);
                while (length >= 0 && !closed) {
                    length = transport.receivePending(record, 0, record.length);
                }
            }
        } catch (InterruptedIOException nothingMore) {
            // what was there was nothing for us
        } catch (IOException over) {
            // the party has said goodbye; that the call is over, it says elsewhere
            transport = null;
        }
    }
}
