// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.relay.account.CloseReason;
import im.thingle.relay.account.Shaper;
import im.thingle.relay.bytestream.Flow;
import im.thingle.relay.bytestream.Pump;
import im.thingle.relay.net.StreamSocket;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One TCP connection with a peer (RFC 6062 §5): CONNECTING if we open it, then WAITING for the client to bind a
 * connection of its own, then JOINED with that one. While it waits not a byte is read: what the peer sends stays in the
 * kernel, whose window stops the peer. Joined, both sockets are the bytestreams' {@link Pump}'s. Confined to its event
 * loop.
 */
final class PeerConnection implements StreamSocket.Listener, Pump.Owner {
    private enum State {
        CONNECTING,
        WAITING,
        JOINED,
        CLOSED
    }

    /** RFC 6062 §5.2 gives a connection attempt 30 s. */
    private static final long CONNECT_NANOS = 30_000_000_000L;
    /** After its allocation a joined connection lives on while bytes move, but not for long. */
    private static final long ORPHAN_SILENT_NANOS = 2_000_000_000L;

    private static final long ORPHAN_NANOS = 10_000_000_000L;

    private final int id;
    private final PeerLoop on;
    private final PeerSet set;
    private final StreamSocket peer;
    private final long sinceNanos;
    private State state;
    private StreamSocket client;
    private Runnable clientOver;
    private Pump pump;
    private long countedToPeer;
    private long countedToClient;
    private boolean orphan;
    private long orphanSinceNanos;
    private long movedNanos;
    private long movedBytes;

    private PeerConnection(int id, PeerLoop on, PeerSet set, StreamSocket peer, State state) {
        this.id = id;
        this.on = on;
        this.set = set;
        this.peer = peer;
        this.state = state;
        sinceNanos = on.now();
    }

    /** A connection that is being opened. */
    static PeerConnection opening(int id, PeerLoop on, PeerSet set, StreamSocket peer) {
        PeerConnection connection = new PeerConnection(id, on, set, peer, State.CONNECTING);
        peer.attach(on.loop(), connection);
        return connection;
    }

    /** A connection that a peer has opened. */
    static PeerConnection accepted(int id, PeerLoop on, PeerSet set, StreamSocket peer) {
        PeerConnection connection = new PeerConnection(id, on, set, peer, State.WAITING);
        peer.attach(on.loop(), connection);
        peer.await(false, false);
        return connection;
    }

    int id() {
        return id;
    }

    boolean isWaiting() {
        return state == State.WAITING;
    }

    @Override
    public void onReady(boolean readable, boolean writable, boolean hangUp) {
        if (state == State.CONNECTING && (writable || hangUp)) {
            finishConnect();
        } else if (state == State.WAITING && hangUp && peer.peek() == StreamSocket.Peek.BROKEN) {
            // an end of file is no reason: the peer may have said all it has to say
            cut(CloseReason.RESET);
            set.closed(this);
        }
    }

    @Override
    public void onFault(Throwable bug) {
        set.bug("connection with peer " + peer.remoteAddress(), bug);
        cut(CloseReason.FAULT);
        set.closed(this);
    }

    /**
     * The client has bound its connection: from now on bytes go both ways.
     *
     * @param early what the client sent behind its request
     * @param unsent what the client must get first
     * @param over runs when the client's connection has ended
     */
    void join(StreamSocket client, ByteBuffer early, ByteBuffer unsent, Runnable over, Shaper shaper) {
        assert state == State.WAITING;
        state = State.JOINED;
        this.client = client;
        clientOver = over;
        Flow toPeer = new Flow(client, peer, on.pool(), shaper, on.nanoTime());
        Flow toClient = new Flow(peer, client, on.pool(), shaper, on.nanoTime());
        toPeer.lead(early, true);
        toClient.lead(unsent, false);
        pump = new Pump(on.loop(), toPeer, toClient, this);
        pump.start();
    }

    /** Tells the allocation what has moved since the last time. */
    void count() {
        if (pump != null && !orphan) {
            long toPeer = pump.bytesFromFirst();
            long toClient = pump.bytesFromSecond();
            set.carried(toPeer - countedToPeer, toClient - countedToClient);
            countedToPeer = toPeer;
            countedToClient = toClient;
        }
    }

    /** Gives up an attempt to connect that takes too long. */
    void sweep(long now) {
        if (state == State.CONNECTING && now - sinceNanos >= CONNECT_NANOS) {
            cut(CloseReason.RESET);
            set.connectFailed(this);
        } else {
            count();
        }
    }

    /**
     * The allocation is gone, and nobody is to hear of this connection again. A client may have closed everything at
     * once with the last bytes still on their way: they are let out.
     */
    void orphan() {
        if (state != State.JOINED) {
            cut(CloseReason.ENDED);
            return;
        }
        count();
        orphan = true;
        orphanSinceNanos = on.now();
        movedNanos = orphanSinceNanos;
        movedBytes = pump.bytesFromFirst() + pump.bytesFromSecond();
        on.adopt(this);
    }

    void sweepOrphan(long now) {
        long bytes = pump.bytesFromFirst() + pump.bytesFromSecond();
        if (bytes != movedBytes) {
            movedBytes = bytes;
            movedNanos = now;
        }
        if (now - movedNanos >= ORPHAN_SILENT_NANOS || now - orphanSinceNanos >= ORPHAN_NANOS) {
            cut(CloseReason.ENDED);
        }
    }

    /** Ends it now. Nobody is told but whoever lent the client's connection. */
    void cut(CloseReason why) {
        if (state == State.JOINED) {
            pump.finish(why);
        } else if (state != State.CLOSED) {
            state = State.CLOSED;
            peer.close();
        }
    }

    @Override
    public void over(CloseReason why) {
        count();
        state = State.CLOSED;
        if (why == CloseReason.COMPLETED) {
            client.close();
            peer.close();
        } else {
            on.linger(client);
            on.linger(peer);
        }
        clientOver.run();
        if (orphan) {
            on.forget(this);
        } else {
            set.closed(this);
        }
    }

    @Override
    public void bug(Throwable fault) {
        set.bug("connection with peer " + peer.remoteAddress(), fault);
    }

    private void finishConnect() {
        try {
            if (peer.finishConnect()) {
                state = State.WAITING;
                peer.await(false, false);
                set.connected(this);
            }
        } catch (IOException refused) {
            cut(CloseReason.RESET);
            set.connectFailed(this);
        }
    }
}
