// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.ErrorCode;
import im.thingle.stun.message.StunMessage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * CreatePermission, RFC 8656 §10: lets peers send to the client; all that are named, or none. Confined to its event
 * loop.
 */
final class CreatePermissionRequest {
    private final TurnParts turn;

    CreatePermissionRequest(TurnParts turn) {
        this.turn = turn;
    }

    void handle(Asked asked, StunMessage message, long nowNanos) {
        Allocation allocation = turn.owned(asked, nowNanos);
        if (allocation == null) {
            return;
        }
        List<TransportAddress> peers = new ArrayList<>();
        int at = message.find(AttributeType.XOR_PEER_ADDRESS);
        do {
            RequestedPeer peer = RequestedPeer.readHost(message, at, allocation, turn.peers());
            if (!peer.allowed()) {
                turn.replies().refuse(asked, peer.error(), peer.why(), peer.address(), peer.rule());
                return;
            }
            peers.add(peer.address());
            at = next(message, at);
        } while (at != StunMessage.NONE);
        if (!hasRoom(turn, allocation, peers, nowNanos)) {
            turn.replies().refuse(asked, ErrorCode.INSUFFICIENT_CAPACITY, TurnRefusal.PERMISSIONS);
            return;
        }
        boolean others = false;
        for (TransportAddress peer : peers) {
            others |= install(turn, allocation, peer, nowNanos);
        }
        turn.replies().success(asked);
        turn.replies().send(asked);
        if (others) {
            turn.out().permitted(allocation);
        }
    }

    /** Installs or refreshes a permission; true if there was none. */
    static boolean install(TurnParts turn, Allocation allocation, TransportAddress peer, long nowNanos) {
        boolean permitted = allocation.permits(peer.family(), peer.high(), peer.low(), nowNanos);
        long until = nowNanos + turn.settings().permissionLifetimeNanos();
        allocation.permissions().install(peer.family(), peer.high(), peer.low(), until);
        turn.table().deadlineBy(allocation, until);
        return !permitted;
    }

    /** Whether the allocation may have these besides those it has; no limit on the same again. */
    static boolean hasRoom(TurnParts turn, Allocation allocation, List<TransportAddress> peers, long nowNanos) {
        int most = turn.settings().permissionsPerAllocation();
        PermissionTable permissions = allocation.permissions();
        if (permissions.count() + peers.size() <= most) {
            return true;
        }
        permissions.sweep(nowNanos);
        Set<TransportAddress> added = new HashSet<>();
        for (TransportAddress peer : peers) {
            if (!permissions.permits(peer.family(), peer.high(), peer.low(), nowNanos)) {
                added.add(new TransportAddress(peer.family(), peer.high(), peer.low(), 0));
            }
        }
        return permissions.count() + added.size() <= most;
    }

    private static int next(StunMessage message, int at) {
        int next = message.next(at);
        while (next != StunMessage.NONE && message.code(next) != AttributeType.XOR_PEER_ADDRESS.code()) {
            next = message.next(next);
        }
        return next;
    }
}
