// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.relay.net.StreamSocket;
import im.thingle.relay.net.TlsStreamSocket;
import im.thingle.relay.turn.TurnCounters.Count;
import im.thingle.stun.stream.StunFramer;
import im.thingle.stun.turn.ClientTransport;
import im.thingle.stun.turn.FiveTuple;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * A client's TCP or TLS connection (RFC 8656 §3.1): cuts what it sends into messages, and queues what it is sent. A
 * client that does not read loses data as on a datagram path, and keeps the answers to its requests. Confined to its
 * event loop.
 */
final class StreamPath implements ClientPath, StreamSocket.Listener, StreamGuest, StreamInbound.Owner {
    /**
     * A connection that carries TURN no more (RFC 6062 §5.4), still driven by its loop. Confined to its event loop.
     *
     * @param early what the client sent behind its last message
     * @param unsent what the client is to get before anything else
     */
    record Detached(StreamSocket socket, ByteBuffer early, ByteBuffer unsent) {}

    /** A client without an allocation has nothing longer to say. */
    private static final StunFramer STRANGERS = new StunFramer(4096);

    private static final StunFramer CLIENTS = new StunFramer(StunFramer.LONGEST);
    private static final int READS_PER_TURN = 8;

    private final StreamSocket socket;
    private final FiveTuple tuple;
    private final StreamPlaces.Place place;
    private final StreamSearch search = new StreamSearch();
    private final StreamInbound inbound = new StreamInbound();
    private final StreamOutbound outbound;
    private TurnShard shard;
    private long deadlineNanos;
    private boolean heard;
    private boolean allocated;
    private boolean closed;
    private boolean flushing;
    private boolean hopeless;
    /** The shard that has to handle the bytes beside it, which begin with a whole message. */
    private TurnShard leavingFor;

    private byte[] unread;

    StreamPath(TurnShard shard, StreamSocket socket, FiveTuple tuple, StreamPlaces.Place place, long startNanos) {
        this.shard = shard;
        this.socket = socket;
        this.tuple = tuple;
        this.place = place;
        outbound = new StreamOutbound(shard.settings().streams().outboundBytes());
        deadlineNanos = startNanos + shard.settings().streams().firstMessage().toNanos();
    }

    /** Begins to be a client's path, with what was read from it before. */
    void start(byte[] early) {
        shard.add(this);
        inbound.hold(early);
        if (tuple.transport() == ClientTransport.TLS) {
            socket.attach(shard.loop(), this);
        } else {
            socket.listener(this);
            read();
        }
    }

    @Override
    public FiveTuple tuple() {
        return tuple;
    }

    @Override
    public void onReady(boolean readable, boolean writable, boolean hangUp) {
        if (writable) {
            flush();
        }
        if (readable && !closed) {
            read();
        }
    }

    @Override
    public void onFault(Throwable bug) {
        shard.events().bug("stream of " + address(), bug);
        gone();
    }

    @Override
    public void send(ByteBuffer message) {
        if (closed) {
            return;
        }
        switch (outbound.offer(message)) {
            case TAKEN -> flushLater();
            case DROPPED -> shard.counters().add(Count.DROPPED, 1);
            case HOPELESS -> {
                hopeless = true; // not now, since the machine is speaking
                flushLater();
            }
        }
    }

    @Override
    public boolean sendChannelData(int number, ByteBuffer payload) {
        if (closed || !outbound.offer(number, payload)) {
            return false;
        }
        flushLater();
        return true;
    }

    @Override
    public void allocated(boolean has) {
        allocated = has;
        if (!has) {
            deadlineNanos = shard.now() + shard.settings().streams().allocate().toNanos();
        }
        if (!closed) {
            shard.streams().watch(this, !has);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            flush();
        }
        if (!closed) {
            finish();
        }
    }

    /**
     * Lets the connection go to something else, which tells {@link #over()} when it has ended. May be called while a
     * message of it is being handled; what stands behind that message comes with it.
     */
    Detached detach() {
        try {
            outbound.flush(socket);
        } catch (IOException broken) {
            // whoever takes the socket will notice
        }
        ByteBuffer early = ByteBuffer.wrap(inbound.behind());
        ByteBuffer unsent = outbound.take();
        release();
        return new Detached(socket, early, unsent);
    }

    /** A detached connection has ended. */
    void over() {
        place.close();
    }

    @Override
    public long deadlineNanos() {
        return deadlineNanos;
    }

    @Override
    public void expire() {
        refuse(heard ? StreamRefusal.NO_ALLOCATION_IN_TIME : StreamRefusal.NO_MESSAGE_IN_TIME);
    }

    @Override
    public void end() {
        shard.remove(this);
        close();
    }

    /** Writes what waits. */
    void flush() {
        flushing = false;
        if (closed) {
            return;
        }
        if (hopeless) {
            gone();
            return;
        }
        try {
            socket.await(true, !outbound.flush(socket));
        } catch (IOException broken) {
            gone();
        }
    }

    @Override
    public boolean isOpen() {
        return !closed && leavingFor == null;
    }

    @Override
    public StunFramer framer() {
        return allocated ? CLIENTS : STRANGERS;
    }

    @Override
    public boolean onMessage(ByteBuffer bytes, int at, int length) {
        leavingFor = allocated ? null : search.next(shard, tuple, bytes, at, length);
        if (leavingFor != null) {
            unread = inbound.from(at);
            return true;
        }
        if (!shard.onClientMessage(this, bytes, at, length, shard.now())) {
            return false;
        }
        if (!heard) {
            heard = true;
            StreamLimits limits = shard.settings().streams();
            deadlineNanos += limits.allocate().minus(limits.firstMessage()).toNanos();
        }
        return true;
    }

    private void flushLater() {
        if (!flushing) {
            flushing = true;
            shard.streams().flushLater(this);
        }
    }

    private void read() {
        ByteBuffer scratch = shard.streams().scratch();
        try {
            for (int i = 0; i < READS_PER_TURN; i++) {
                int got = socket.read(inbound.readInto(scratch));
                if (got == 0) {
                    return;
                }
                if (got < 0) {
                    gone();
                    return;
                }
                if (!cut(scratch)) {
                    return;
                }
            }
            socket.tellAgain();
        } catch (IOException broken) {
            gone();
        }
    }

    /** False if the path is no longer this loop's, which must not touch it any more. */
    private boolean cut(ByteBuffer bytes) {
        if (!inbound.cut(bytes, this)) {
            refuse(StreamRefusal.NOT_STUN);
        }
        if (leavingFor != null && !closed) {
            move(leavingFor);
            return false;
        }
        return !closed;
    }

    private void move(TurnShard to) {
        try {
            outbound.flush(socket);
        } catch (IOException broken) {
            // the other loop will notice
        }
        shard.remove(this);
        shard.streams().remove(this);
        flushing = false;
        shard = to;
        socket.move(to.loop(), this::arrive);
    }

    private void arrive() {
        leavingFor = null;
        shard.streams().add(this);
        shard.add(this);
        socket.attach(shard.loop(), this);
        if (shard.streams().isDraining()) {
            gone();
        } else if (cut(shard.streams().scratch().clear().put(unread))) {
            unread = null;
            read();
        }
    }

    private void refuse(StreamRefusal why) {
        if (!closed) {
            InetSocketAddress client = address();
            shard.events().refusedStream(why, client, "");
            gone();
        }
    }

    /** The connection is of no use any more: the client, the network or we have ended it. */
    private void gone() {
        if (closed) {
            return;
        }
        if (!heard && socket instanceof TlsStreamSocket tls && tls.failure() != null) {
            shard.events().refusedStream(StreamRefusal.TLS_FAILED, address(), tls.failure().getMessage());
        }
        closed = true;
        shard.onClientGone(this, shard.now());
        finish();
    }

    private void finish() {
        release();
        place.close();
        socket.close();
    }

    private void release() {
        closed = true;
        outbound.clear();
        shard.streams().remove(this);
        shard.remove(this);
    }

    /** The client's, also where a proxy stands between. */
    private InetSocketAddress address() {
        return SocketAddresses.of(tuple.client());
    }
}
