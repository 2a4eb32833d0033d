// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import im.thingle.stun.attribute.AddressAttribute;
import im.thingle.stun.attribute.IcmpAttribute;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.attribute.TransportAddress.Family;
import im.thingle.stun.attribute.UnknownAttributes;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.Method;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.message.StunMessageWriter;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Set;

/**
 * Data that no channel carries, RFC 8656 §11: Send indications of the client, Data indications of the server. What may
 * not pass is dropped without a word. Confined to its event loop.
 */
final class PeerTraffic {
    private static final Set<AttributeType> UNDERSTOOD =
            EnumSet.of(AttributeType.XOR_PEER_ADDRESS, AttributeType.DATA, AttributeType.DONT_FRAGMENT);
    private static final int UNREACHABLE_V4 = 3;
    private static final int TOO_BIG_CODE_V4 = 4;
    private static final int TIME_EXCEEDED_V4 = 11;
    private static final int UNREACHABLE_V6 = 1;
    private static final int TOO_BIG_V6 = 2;
    private static final int TIME_EXCEEDED_V6 = 3;

    private final TurnParts turn;
    private final int salt;
    private long lastId;

    PeerTraffic(TurnParts turn) {
        this.turn = turn;
        salt = (int) turn.entropy().nextLong();
        lastId = turn.entropy().nextLong();
    }

    /** A Send indication. */
    void onSend(FiveTuple from, StunMessage message, long nowNanos) {
        Allocation allocation = turn.table().findLive(from, nowNanos);
        if (allocation == null) {
            return;
        }
        int peerAt = message.find(AttributeType.XOR_PEER_ADDRESS);
        int dataAt = message.find(AttributeType.DATA);
        if (allocation.tcp() || dataAt == StunMessage.NONE
                || UnknownAttributes.first(message, UNDERSTOOD) != StunMessage.NONE) {
            allocation.countDropped();
            return;
        }
        RequestedPeer peer = RequestedPeer.read(message, peerAt, allocation, turn.peers());
        if (!peer.allowed() || !permits(allocation, peer.address(), nowNanos)) {
            allocation.countDropped();
            if (peer.rule() != null) {
                turn.out().refused(peer.why(), from, allocation.username(), peer.address(), peer.rule());
            }
            return;
        }
        turn.table().onActive(allocation, from);
        int length = message.valueLength(dataAt);
        if (allocation.mayCarry(length, nowNanos)) {
            allocation.countToPeer(length);
            boolean dontFragment = message.has(AttributeType.DONT_FRAGMENT);
            turn.out().sendToPeer(allocation, peer.address(), message.value(dataAt), dontFragment);
        }
    }

    /** A peer's datagram, to go in a Data indication; or in ChannelData by who asks for the channel first. */
    void onPeerData(Allocation allocation, TransportAddress peer, ByteBuffer data, long nowNanos) {
        int length = data.remaining();
        if (!mayTell(allocation, peer, nowNanos) || length > mostData(peer.family())) {
            allocation.countDropped();
            return;
        }
        if (allocation.mayCarry(length, nowNanos)) {
            allocation.countToClient(length);
            indication(peer).add(AttributeType.DATA, data);
            turn.replies().send(allocation.client());
        }
    }

    /**
     * An ICMP error, §11.5 and §11.6: told if it is of a kind that says something of the way to a peer that is
     * permitted.
     */
    void onPeerIcmp(Allocation allocation, TransportAddress peer, int type, int code, int data, long nowNanos) {
        boolean ipv4 = peer.family() == Family.IPV4;
        boolean told = ipv4
                ? type == UNREACHABLE_V4 || type == TIME_EXCEEDED_V4
                : type == UNREACHABLE_V6 || type == TOO_BIG_V6 || type == TIME_EXCEEDED_V6;
        if (!told || !mayTell(allocation, peer, nowNanos)) {
            return;
        }
        boolean tooBig = ipv4 ? type == UNREACHABLE_V4 && code == TOO_BIG_CODE_V4 : type == TOO_BIG_V6;
        IcmpAttribute.write(indication(peer), type, code, tooBig ? data : 0);
        turn.replies().send(allocation.client());
    }

    private StunMessageWriter indication(TransportAddress peer) {
        // Nobody answers an indication, so its ID only has to be another each time.
        lastId += 0x9E3779B97F4A7C15L;
        StunMessageWriter writer = turn.replies().indication(Method.DATA, salt, lastId);
        AddressAttribute.write(writer, AttributeType.XOR_PEER_ADDRESS, peer);
        return writer;
    }

    private boolean mayTell(Allocation allocation, TransportAddress peer, long nowNanos) {
        return allocation.isLive(nowNanos) && turn.table().isReachable(allocation)
                && permits(allocation, peer, nowNanos);
    }

    /** An IPv6 datagram can be some bytes longer than a STUN message has room for. */
    private static int mostData(Family family) {
        int peerAddress = 8 + family.addressBytes();
        return StunMessageWriter.MAX_LENGTH - peerAddress - 4;
    }

    private static boolean permits(Allocation allocation, TransportAddress peer, long nowNanos) {
        return allocation.permits(peer.family(), peer.high(), peer.low(), nowNanos);
    }
}
