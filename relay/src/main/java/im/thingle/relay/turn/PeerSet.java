// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.relay.account.CloseReason;
import im.thingle.relay.account.Shaper;
import im.thingle.relay.net.Acceptor;
import im.thingle.relay.net.StreamSocket;
import im.thingle.relay.net.StreamSockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The TCP connections with the peers of one allocation (RFC 6062). Its owner is never told anything while it calls.
 * Confined to its event loop.
 */
final class PeerSet implements Acceptor.Listener {
    /** The allocation, as far as its connections know it. */
    interface Owner {
        /** A peer has connected: the connection's ID, or 0 if it is to be turned away. */
        int accepted(InetSocketAddress peer);

        /** A peer could not even be accepted. */
        void outOfDescriptors();

        void connected(int id);

        void connectFailed(int id);

        /** It has come to its end, joined or not. */
        void closed(int id);

        /** Nobody can bind to it any more; told at once, and perhaps twice. */
        default void over(int id) {}

        /** Payload that has moved. */
        void carried(long bytesToPeer, long bytesToClient);

        void bug(String where, Throwable fault);
    }

    private final PeerLoop on;
    private final Shaper shaper;
    private final Owner owner;
    private final Map<Integer, PeerConnection> connections = new HashMap<>();
    private boolean ended;

    /**
     * @param shaper what all connections of the allocation share
     */
    PeerSet(PeerLoop on, Shaper shaper, Owner owner) {
        this.on = on;
        this.shaper = shaper;
        this.owner = owner;
    }

    @Override
    public void accepted(StreamSocket socket) {
        try {
            int id = ended ? 0 : owner.accepted(socket.remoteAddress());
            if (id == 0 || ended) {
                socket.reset();
            } else {
                connections.put(id, PeerConnection.accepted(id, on, this, socket));
            }
        } catch (RuntimeException | Error fault) {
            socket.reset();
            owner.bug("peer " + socket.remoteAddress(), fault);
        }
    }

    @Override
    public void outOfDescriptors() {
        owner.outOfDescriptors();
    }

    /** RFC 6062 §5.2: opens a connection from the relayed address. */
    void connect(int id, InetSocketAddress from, InetSocketAddress to) {
        try {
            StreamSocket socket = StreamSockets.connect(on.transport(), from, to);
            connections.put(id, PeerConnection.opening(id, on, this, socket));
        } catch (IOException refused) {
            fail(id);
        }
    }

    /** The owner knows of a connection that cannot be opened; it hears the same later. */
    void fail(int id) {
        owner.over(id);
        on.loop().execute(() -> {
            if (!ended) {
                owner.connectFailed(id);
            }
        });
    }

    /**
     * RFC 6062 §5.4: joins a peer's connection and the client's.
     *
     * @return false if there is no such connection any more, and the client's is still the caller's
     */
    boolean join(int id, StreamSocket client, ByteBuffer early, ByteBuffer unsent, Runnable over) {
        PeerConnection connection = connections.get(id);
        if (connection == null || !connection.isWaiting()) {
            return false;
        }
        connection.join(client, early, unsent, over, shaper);
        return true;
    }

    /** The owner wants no more of a connection. */
    void close(int id) {
        PeerConnection connection = connections.remove(id);
        if (connection != null) {
            connection.cut(CloseReason.ENDED);
        }
    }

    /** The allocation is gone. */
    void end() {
        ended = true;
        connections.keySet().forEach(owner::over);
        List.copyOf(connections.values()).forEach(PeerConnection::orphan);
        connections.clear();
    }

    /** To be called a few times a second. */
    void sweep(long now) {
        List.copyOf(connections.values()).forEach(connection -> connection.sweep(now));
    }

    int size() {
        return connections.size();
    }

    void connected(PeerConnection connection) {
        owner.connected(connection.id());
    }

    void connectFailed(PeerConnection connection) {
        if (connections.remove(connection.id(), connection)) {
            fail(connection.id());
        }
    }

    /** May come in the middle of a call of the owner, so it hears of it afterwards. */
    void closed(PeerConnection connection) {
        if (connections.remove(connection.id(), connection)) {
            owner.over(connection.id());
            on.loop().execute(() -> {
                if (!ended) {
                    owner.closed(connection.id());
                }
            });
        }
    }

    void carried(long bytesToPeer, long bytesToClient) {
        if (bytesToPeer + bytesToClient > 0) {
            owner.carried(bytesToPeer, bytesToClient);
        }
    }

    void bug(String where, Throwable fault) {
        owner.bug(where, fault);
    }
}
