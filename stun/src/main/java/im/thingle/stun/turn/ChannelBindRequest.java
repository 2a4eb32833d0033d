// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import im.thingle.stun.attribute.NumberAttribute;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.ErrorCode;
import im.thingle.stun.message.StunMessage;
import java.util.List;

/**
 * ChannelBind, RFC 8656 §12: gives a peer a number, one to one, and a permission with it. Confined to its event loop.
 */
final class ChannelBindRequest {
    private final TurnParts turn;

    ChannelBindRequest(TurnParts turn) {
        this.turn = turn;
    }

    void handle(Asked asked, StunMessage message, long nowNanos) {
        Allocation allocation = turn.owned(asked, nowNanos);
        if (allocation == null) {
            return;
        }
        // A number that is one, a peer that is one, and both are free or each other's.
        long number = NumberAttribute.CHANNEL_NUMBER.read(message);
        int at = message.find(AttributeType.XOR_PEER_ADDRESS);
        RequestedPeer peer = RequestedPeer.read(message, at, allocation, turn.peers());
        if (number < 0 || !ChannelData.isNumber((int) number) || peer.address() == null || allocation.tcp()
                || isTaken(allocation, (int) number, peer.address(), nowNanos)) {
            turn.replies().refuse(asked, ErrorCode.BAD_REQUEST, TurnRefusal.BAD_REQUEST, peer.address(), null);
            return;
        }
        if (!peer.allowed()) {
            turn.replies().refuse(asked, peer.error(), peer.why(), peer.address(), peer.rule());
            return;
        }
        Channel bound = allocation.channel((int) number);
        if (bound == null && allocation.channels().count() >= turn.settings().channelsPerAllocation()) {
            turn.replies().refuse(asked, ErrorCode.INSUFFICIENT_CAPACITY, TurnRefusal.CHANNELS);
            return;
        }
        if (!CreatePermissionRequest.hasRoom(turn, allocation, List.of(peer.address()), nowNanos)) {
            turn.replies().refuse(asked, ErrorCode.INSUFFICIENT_CAPACITY, TurnRefusal.PERMISSIONS);
            return;
        }
        boolean other = CreatePermissionRequest.install(turn, allocation, peer.address(), nowNanos);
        bind(allocation, bound, (int) number, peer.address(), nowNanos);
        turn.replies().success(asked);
        turn.replies().send(asked);
        if (other) {
            turn.out().permitted(allocation);
        }
    }

    /** Unbinds the channels that are over. */
    void sweep(Allocation allocation, long nowNanos) {
        if (allocation.hasChannels()) {
            for (Channel channel : allocation.channels().all()) {
                unbindIfOver(allocation, channel, nowNanos);
            }
        }
    }

    private void bind(Allocation allocation, Channel bound, int number, TransportAddress peer, long nowNanos) {
        long until = nowNanos + turn.settings().channelLifetimeNanos();
        if (bound != null) {
            bound.refresh(until);
            return;
        }
        Channel channel = new Channel(number, peer, until);
        allocation.channels().add(channel);
        turn.table().deadlineBy(allocation, until);
        turn.out().channelBound(allocation, channel);
    }

    /** Whether the number leads to another peer, or another number to the peer. */
    private boolean isTaken(Allocation allocation, int number, TransportAddress peer, long nowNanos) {
        Channel ofNumber = unbindIfOver(allocation, allocation.channel(number), nowNanos);
        Channel ofPeer = unbindIfOver(allocation,
                allocation.channelTo(peer.high(), peer.low(), peer.port(), peer.family()), nowNanos);
        return ofNumber != ofPeer;
    }

    /** The channel if it still stands. */
    private Channel unbindIfOver(Allocation allocation, Channel channel, long nowNanos) {
        if (channel == null || channel.isLive(nowNanos)) {
            return channel;
        }
        allocation.channels().remove(channel);
        turn.out().channelUnbound(allocation, channel);
        return null;
    }
}
