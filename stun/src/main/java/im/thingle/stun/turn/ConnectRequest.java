// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import im.thingle.stun.attribute.NumberAttribute;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.ErrorCode;
import im.thingle.stun.message.StunMessage;

/** Connect, RFC 6062 §5.2: opens a TCP connection to a peer. Confined to its event loop. */
final class ConnectRequest {
    /** How long a peer has to answer, and then the client to bind. */
    static final long TIMEOUT_NANOS = 30 * Lifetimes.SECOND_NANOS;

    private final TurnParts turn;

    ConnectRequest(TurnParts turn) {
        this.turn = turn;
    }

    void handle(Asked asked, StunMessage message, long nowNanos) {
        Allocation allocation = turn.owned(asked, nowNanos);
        if (allocation == null) {
            return;
        }
        int at = message.find(AttributeType.XOR_PEER_ADDRESS);
        RequestedPeer peer = RequestedPeer.read(message, at, allocation, turn.peers());
        if (!allocation.tcp() || peer.address() == null) {
            turn.replies().refuse(asked, ErrorCode.BAD_REQUEST, TurnRefusal.BAD_REQUEST, peer.address(), null);
            return;
        }
        if (!peer.allowed()) {
            turn.replies().refuse(asked, peer.error(), peer.why(), peer.address(), peer.rule());
            return;
        }
        PeerConnection existing = allocation.connections().find(peer.address());
        if (existing != null) {
            again(asked, existing);
            return;
        }
        if (!hasRoom(turn, allocation)) {
            turn.replies()
                    .refuse(asked, ErrorCode.INSUFFICIENT_CAPACITY, TurnRefusal.CONNECTIONS, peer.address(), null);
            return;
        }
        long deadline = nowNanos + TIMEOUT_NANOS;
        PeerConnection connection = new PeerConnection(allocation, newId(turn), peer.address(), asked, deadline);
        turn.table().add(connection);
        turn.table().deadlineBy(allocation, deadline);
        turn.out().connectPeer(allocation, connection.id(), peer.address());
    }

    void onConnected(int connectionId, long nowNanos) {
        PeerConnection connection = turn.table().connection(connectionId);
        if (connection == null || connection.state() != PeerConnection.State.CONNECTING) {
            return;
        }
        connection.connected(nowNanos + TIMEOUT_NANOS);
        turn.table().deadlineBy(connection.allocation(), connection.deadlineNanos());
        answer(connection.asked(), connection);
    }

    void onConnectFailed(int connectionId) {
        PeerConnection connection = turn.table().connection(connectionId);
        if (connection != null && connection.state() == PeerConnection.State.CONNECTING) {
            fail(connection);
        }
    }

    /** Closes the connections that did not come to be, or that nobody bound, in time. */
    void sweep(Allocation allocation, long nowNanos) {
        if (!allocation.hasConnections()) {
            return;
        }
        for (PeerConnection connection : allocation.connections().over(nowNanos)) {
            if (connection.state() == PeerConnection.State.CONNECTING) {
                fail(connection);
            } else {
                turn.table().remove(connection);
            }
            turn.out().closePeerConnection(allocation, connection.id());
        }
    }

    static boolean hasRoom(TurnParts turn, Allocation allocation) {
        return allocation.connections().count() < turn.settings().permissionsPerAllocation();
    }

    /** An ID that nobody can guess and no connection has. */
    static int newId(TurnParts turn) {
        int id = (int) turn.entropy().nextLong();
        while (id == 0 || turn.table().connection(id) != null) {
            id = (int) turn.entropy().nextLong();
        }
        return id;
    }

    /** A second Connect to a peer is refused; the same again is answered as before. */
    private void again(Asked asked, PeerConnection existing) {
        Asked before = existing.asked();
        if (before == null || before.idLow() != asked.idLow() || before.idHigh() != asked.idHigh()) {
            turn.replies().refuse(asked, ErrorCode.CONNECTION_ALREADY_EXISTS, TurnRefusal.CONNECTION_EXISTS,
                    existing.peer(), null);
        } else if (existing.state() != PeerConnection.State.CONNECTING) {
            answer(asked, existing);
        }
    }

    private void answer(Asked asked, PeerConnection connection) {
        NumberAttribute.CONNECTION_ID.write(turn.replies().success(asked), Integer.toUnsignedLong(connection.id()));
        turn.replies().send(asked);
    }

    private void fail(PeerConnection connection) {
        turn.table().remove(connection);
        turn.replies().refuse(connection.asked(), ErrorCode.CONNECTION_TIMEOUT_OR_FAILURE,
                TurnRefusal.CONNECTION_FAILED, connection.peer(), null);
    }
}
