// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import im.thingle.stun.attribute.AddressAttribute;
import im.thingle.stun.attribute.NumberAttribute;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.ErrorCode;
import im.thingle.stun.message.Method;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.message.StunMessageWriter;

/**
 * ConnectionBind, RFC 6062 §5.4: joins a connection of the client with that of a peer; and ConnectionAttempt, §5.3:
 * tells the client of a peer that connected. Confined to its event loop.
 */
final class ConnectionBindRequest {
    private final TurnParts turn;

    ConnectionBindRequest(TurnParts turn) {
        this.turn = turn;
    }

    void handle(Asked asked, StunMessage message, long nowNanos) {
        if (turn.table().findLive(asked.from(), nowNanos) != null) {
            turn.replies().refuse(asked, ErrorCode.ALLOCATION_MISMATCH, TurnRefusal.ALLOCATION_MISMATCH);
            return;
        }
        long id = NumberAttribute.CONNECTION_ID.read(message);
        PeerConnection connection = id < 0 ? null : turn.table().connection((int) id);
        boolean waits = connection != null && connection.state() == PeerConnection.State.UNBOUND
                && !connection.isOver(nowNanos) && connection.allocation().isLive(nowNanos);
        if (!asked.from().transport().isStream() || !waits) {
            turn.replies().refuse(asked, ErrorCode.BAD_REQUEST, TurnRefusal.BAD_REQUEST);
            return;
        }
        Allocation allocation = connection.allocation();
        if (!allocation.username().equals(asked.username())) {
            turn.replies().refuse(asked, ErrorCode.WRONG_CREDENTIALS, TurnRefusal.WRONG_CREDENTIALS);
            return;
        }
        connection.bound();
        NumberAttribute.CONNECTION_ID.write(turn.replies().success(asked), id);
        turn.replies().send(asked);
        turn.out().bindConnection(allocation, connection.id(), asked.from());
    }

    /** A peer connected: its connection's ID, 0 if it is to be closed. */
    int onPeerAccepted(Allocation allocation, TransportAddress peer, long nowNanos) {
        if (!allocation.isLive(nowNanos) || !turn.table().isReachable(allocation)
                || !allocation.permits(peer.family(), peer.high(), peer.low(), nowNanos)) {
            allocation.countDropped();
            return 0;
        }
        String rule = turn.peers().addressRefusal(peer.family(), peer.high(), peer.low());
        if (rule != null || !ConnectRequest.hasRoom(turn, allocation)) {
            TurnRefusal why = rule == null ? TurnRefusal.CONNECTIONS : TurnRefusal.PEER_FORBIDDEN;
            turn.out().refused(why, allocation.client(), allocation.username(), peer, rule);
            return 0;
        }
        int id = ConnectRequest.newId(turn);
        long deadline = nowNanos + ConnectRequest.TIMEOUT_NANOS;
        turn.table().add(new PeerConnection(allocation, id, peer, null, deadline));
        turn.table().deadlineBy(allocation, deadline);
        StunMessageWriter writer =
                turn.replies().indication(Method.CONNECTION_ATTEMPT, id, turn.entropy().nextLong());
        NumberAttribute.CONNECTION_ID.write(writer, Integer.toUnsignedLong(id));
        AddressAttribute.write(writer, AttributeType.XOR_PEER_ADDRESS, peer);
        turn.replies().send(allocation.client());
        return id;
    }

    void onClosed(int connectionId) {
        PeerConnection connection = turn.table().connection(connectionId);
        if (connection != null) {
            turn.table().remove(connection);
        }
    }
}
