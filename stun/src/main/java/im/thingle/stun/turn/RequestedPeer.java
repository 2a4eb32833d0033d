// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import im.thingle.stun.attribute.AddressAttribute;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.message.ErrorCode;
import im.thingle.stun.message.StunMessage;

/**
 * A peer that a request names, judged. Immutable.
 *
 * @param address null: there is none
 * @param error null: the allocation may talk to it
 */
record RequestedPeer(TransportAddress address, ErrorCode error, TurnRefusal why, String rule) {
    /** The peer in this attribute, with its port. */
    static RequestedPeer read(StunMessage request, int at, Allocation allocation, PeerPolicy policy) {
        return read(request, at, allocation, policy, true);
    }

    /** The peer in this attribute, whose port says nothing (RFC 8656 §10.2). */
    static RequestedPeer readHost(StunMessage request, int at, Allocation allocation, PeerPolicy policy) {
        return read(request, at, allocation, policy, false);
    }

    boolean allowed() {
        return error == null;
    }

    private static RequestedPeer read(
            StunMessage request, int at, Allocation allocation, PeerPolicy policy, boolean port) {
        TransportAddress peer = at == StunMessage.NONE ? null : AddressAttribute.read(request, at).orElse(null);
        if (peer == null) {
            return new RequestedPeer(null, ErrorCode.BAD_REQUEST, TurnRefusal.BAD_REQUEST, null);
        }
        if (allocation.relayed(peer.family()) == null) {
            return new RequestedPeer(peer, ErrorCode.PEER_ADDRESS_FAMILY_MISMATCH, TurnRefusal.FAMILY, null);
        }
        String rule = port
                ? policy.refusal(peer.family(), peer.high(), peer.low(), peer.port())
                : policy.addressRefusal(peer.family(), peer.high(), peer.low());
        return rule == null
                ? new RequestedPeer(peer, null, null, null)
                : new RequestedPeer(peer, ErrorCode.FORBIDDEN, TurnRefusal.PEER_FORBIDDEN, rule);
    }
}
