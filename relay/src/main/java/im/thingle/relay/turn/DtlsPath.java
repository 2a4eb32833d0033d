// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.relay.turn.TurnCounters.Count;
import im.thingle.relay.udp.Destination;
import im.thingle.stun.turn.ChannelData;
import im.thingle.stun.turn.FiveTuple;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.tls.DTLSRequest;
import org.bouncycastle.tls.DTLSServerProtocol;
import org.bouncycastle.tls.DTLSTransport;

/**
 * A client's DTLS association (RFC 7350, RFC 8656 §3.1), from its first good cookie on. The handshake waits on a
 * virtual thread of its own, since Bouncy Castle cannot make one without waiting; everything afterwards is done on the
 * event loop: each record is one message. Confined to its event loop.
 */
final class DtlsPath implements ClientPath {
    private static final long HANDSHAKE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final TurnShard shard;
    private final DtlsListener listener;
    private final FiveTuple tuple;
    private final Destination client;
    private final StreamPlaces.Place place;
    private final byte[] random;
    private final DtlsDatagrams datagrams;
    private DTLSTransport transport;
    private long deadlineNanos;
    private boolean heard;
    private boolean closed;

    DtlsPath(TurnShard shard, DtlsListener listener, FiveTuple tuple, StreamPlaces.Place place, byte[] random) {
        this.shard = shard;
        this.listener = listener;
        this.tuple = tuple;
        this.place = place;
        this.random = random;
        client = shard.engine().destination(tuple.client());
        datagrams = new DtlsDatagrams(shard.loop(), data -> listener.port().send(client, data));
        deadlineNanos = shard.now() + HANDSHAKE_NANOS;
    }

    /** Begins the handshake. */
    void start(DtlsServer server, DTLSRequest request) {
        Thread.ofVirtual().name("dtls-handshake").start(() -> {
            try {
                DTLSTransport made = new DTLSServerProtocol().accept(server, datagrams, request);
                datagrams.onLoop(() -> opened(made));
            } catch (IOException | RuntimeException e) {
                datagrams.onLoop(() -> refuse(StreamRefusal.TLS_FAILED, text(e)));
            }
        });
    }

    /** A datagram of this client. */
    void onDatagram(byte[] datagram) {
        if (!datagrams.arrived(datagram)) {
            shard.counters().add(Count.MALFORMED, 1);
        } else if (transport != null) {
            read();
        }
    }

    @Override
    public FiveTuple tuple() {
        return tuple;
    }

    @Override
    public void send(ByteBuffer message) {
        int length = message.remaining();
        byte[] record = listener.outgoing();
        if (length > record.length) {
            shard.counters().add(Count.DROPPED, 1);
            return;
        }
        message.get(message.position(), record, 0, length);
        send(record, length);
    }

    @Override
    public boolean sendChannelData(int number, ByteBuffer payload) {
        int length = payload.remaining();
        byte[] record = listener.outgoing();
        if (length > record.length - ChannelData.HEADER_BYTES) {
            return false;
        }
        ByteBuffer.wrap(record).putShort((short) number).putShort((short) length);
        payload.get(payload.position(), record, ChannelData.HEADER_BYTES, length);
        return send(record, ChannelData.HEADER_BYTES + length);
    }

    @Override
    public void allocated(boolean has) {
        if (!has) {
            deadlineNanos = shard.now() + shard.settings().streams().allocate().toNanos();
        }
        if (!closed) {
            listener.watch(this, !has);
        }
    }

    /** Says goodbye and ends the association. */
    @Override
    public void close() {
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
        client.close();
        place.close();
        shard.remove(this);
        listener.remove(this);
    }

    /** Ends it as if the client had closed it. */
    void gone() {
        if (!closed) {
            if (transport != null) {
                shard.onClientGone(this, shard.now());
            }
            close();
        }
    }

    /** Ends it if it took too long. */
    void sweep(long nowNanos) {
        if (nowNanos - deadlineNanos >= 0) {
            refuse(isOpen() && heard ? StreamRefusal.NO_ALLOCATION_IN_TIME : StreamRefusal.NO_MESSAGE_IN_TIME, "DTLS");
        }
    }

    /** Whether the handshake is over. */
    boolean isOpen() {
        return transport != null;
    }

    /** What the client rolled for its handshake. */
    byte[] random() {
        return random;
    }

    private void opened(DTLSTransport made) {
        datagrams.handshakeOver();
        if (closed) {
            return;
        }
        transport = made;
        deadlineNanos = shard.now() + shard.settings().streams().allocate().toNanos();
        listener.opened(this);
        shard.add(this);
        read();
    }

    private void read() {
        byte[] record = listener.incoming();
        try {
            while (!closed && datagrams.isWaiting()) {
                int length = transport.receive(record, 0, record.length, 1);
                while (length >= 0 && !closed) {
                    heard = true;
                    shard.onClientMessage(this, ByteBuffer.wrap(record), 0, length, shard.now());
                    length = closed ? -1 : transport.receivePending(record, 0, record.length);
                }
            }
        } catch (InterruptedIOException nothingMore) {
            // what was there was nothing for us
        } catch (IOException over) {
            gone();
        }
    }

    private boolean send(byte[] record, int length) {
        if (closed || transport == null) {
            return false;
        }
        try {
            if (length > transport.getSendLimit()) {
                shard.counters().add(Count.DROPPED, 1);
                return false;
            }
            transport.send(record, 0, length);
            return true;
        } catch (IOException broken) {
            // not now: whoever sends may be in the middle of something
            datagrams.onLoop(this::gone);
            return false;
        }
    }

    /** What went wrong, with the reason that Bouncy Castle hides behind an alert. */
    private static String text(Throwable failure) {
        Throwable cause = failure.getCause();
        return cause == null ? String.valueOf(failure.getMessage()) : failure.getMessage() + ": " + cause.getMessage();
    }

    private void refuse(StreamRefusal why, String detail) {
        if (!closed) {
            shard.events().refusedStream(why, SocketAddresses.of(tuple.client()), detail);
            gone();
        }
    }
}
