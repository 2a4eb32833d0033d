// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import im.thingle.relay.account.Refusal;
import im.thingle.relay.account.RelayEvents;
import im.thingle.relay.net.Acceptor;
import im.thingle.relay.net.StreamSocket;
import im.thingle.relay.socks5.Socks5Handshake;
import im.thingle.relay.socks5.StreamKey;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Receives the sockets that one event loop accepts, sees them through their handshake, and hands each to the shard that
 * owns its key or its leg, on whatever loop that is. Confined to its event loop.
 */
final class Reception implements Acceptor.Listener, HandshakingLeg.Owner {
    private final Shard shard;
    private final Function<StreamKey, Shard> owners;
    private final BytestreamSettings settings;
    private final RelayEvents events;
    private final Shard.Shared shared;
    private final Set<HandshakingLeg> handshaking = new HashSet<>();

    Reception(
            Shard shard,
            Function<StreamKey, Shard> owners,
            BytestreamSettings settings,
            RelayEvents events,
            Shard.Shared shared) {
        this.shard = shard;
        this.owners = owners;
        this.settings = settings;
        this.events = events;
        this.shared = shared;
    }

    @Override
    public void accepted(StreamSocket socket) {
        Refusal refusal = shared.quotas().admitSocket(socket.remoteAddress().getAddress(), now());
        if (refusal != null) {
            // a reset is the fastest no there is: the client goes on to its next candidate at once
            socket.reset();
            events.refusedSocket(refusal, socket.remoteAddress(), "");
            return;
        }
        HandshakingLeg leg = new HandshakingLeg(
                socket, shard.context().scratch(), now() + settings.handshakeTimeout().toNanos(), this);
        handshaking.add(leg);
        shared.tally().handshaking.increment();
        socket.attach(shard.loop(), leg);
    }

    @Override
    public void outOfDescriptors() {
        events.refusedSocket(Refusal.OUT_OF_DESCRIPTORS, null, "raise LimitNOFILE or lower limits.streams");
    }

    @Override
    public void requested(HandshakingLeg leg, Socks5Handshake handshake) {
        forget(leg);
        StreamSocket socket = leg.socket();
        BrokeredLeg brokered = shared.directory().of(handshake.key());
        Shard owner = brokered == null ? owners.apply(handshake.key()) : brokered.shard();
        Runnable arrival = brokered == null
                ? () -> owner.arrive(socket, handshake)
                : () -> owner.brokered().arrive(brokered, socket, handshake);
        if (owner == shard) {
            arrival.run();
        } else {
            socket.move(owner.loop(), () -> {
                socket.attach(owner.loop(), leg);
                arrival.run();
            });
        }
    }

    @Override
    public void refused(HandshakingLeg leg, Refusal why, byte[] reply) {
        forget(leg);
        release(leg);
        events.refusedSocket(why, leg.socket().remoteAddress(), "");
        if (reply.length == 0) {
            leg.socket().close();
        } else {
            shard.lingering().turnAway(leg.socket(), reply);
        }
    }

    @Override
    public void left(HandshakingLeg leg) {
        forget(leg);
        release(leg);
        leg.socket().close();
    }

    @Override
    public void fault(HandshakingLeg leg, Throwable bug) {
        events.bug("SOCKS5 handshake of " + leg.socket().remoteAddress(), bug);
        if (handshaking.contains(leg)) {
            left(leg);
        }
    }

    /** Ends the handshakes that take too long; to be called a few times a second. */
    void sweep() {
        long now = now();
        for (HandshakingLeg leg : List.copyOf(handshaking)) {
            if (leg.isDue(now)) {
                left(leg);
                events.refusedSocket(Refusal.HANDSHAKE_TIMEOUT, leg.socket().remoteAddress(), "");
            }
        }
    }

    /** Ends all handshakes. */
    void close() {
        List.copyOf(handshaking).forEach(this::left);
    }

    private void forget(HandshakingLeg leg) {
        handshaking.remove(leg);
        shared.tally().handshaking.decrement();
    }

    private void release(HandshakingLeg leg) {
        shared.quotas().releaseSocket(leg.socket().remoteAddress().getAddress());
    }

    private long now() {
        return shared.nanoTime().getAsLong();
    }
}
