// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import im.thingle.relay.account.CloseReason;
import im.thingle.relay.account.Refusal;
import im.thingle.relay.account.RelayEvents;
import im.thingle.relay.net.StreamSocket;
import im.thingle.relay.net.Transport;
import im.thingle.relay.socks5.Socks5Handshake;
import im.thingle.relay.socks5.StreamKey;
import io.netty.channel.IoEventLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * All bytestreams whose key belongs to one event loop, from handshake to end; what is parked until somebody activates
 * it (XEP-0065 §6.4) is its own, the rest is its parts'. Confined to its event loop.
 */
final class Shard implements ParkedLeg.Owner {
    private final LoopContext context;
    private final LingeringLegs lingering;
    private final Parking parking;
    private final ActiveStreams active;
    private final BrokeredLegs brokered;
    private final Map<StreamKey, Bytestream> streams = new HashMap<>();

    Shard(IoEventLoop loop, Transport transport, BytestreamSettings settings, RelayEvents events, Shared shared) {
        context = LoopContext.of(loop, settings, events, shared);
        lingering = new LingeringLegs(context);
        parking = new Parking(context, lingering);
        active = new ActiveStreams(context, lingering, transport, shared.loops());
        brokered = new BrokeredLegs(context, parking, active);
    }

    /** What all shards of a server have in common. */
    record Shared(int loops, Quotas quotas, Tally tally, LongSupplier nanoTime, LegDirectory directory) {}

    LoopContext context() {
        return context;
    }

    IoEventLoop loop() {
        return context.loop();
    }

    LingeringLegs lingering() {
        return lingering;
    }

    Parking parking() {
        return parking;
    }

    ActiveStreams active() {
        return active;
    }

    BrokeredLegs brokered() {
        return brokered;
    }

    /** A socket whose handshake named a key of this shard; it waits for its reply, on this loop already. */
    void arrive(StreamSocket socket, Socks5Handshake handshake) {
        assert loop().inEventLoop();
        if (active.isDraining()) {
            parking.discard(socket);
            return;
        }
        StreamKey key = handshake.key();
        ParkedLeg leg = parking.receive(socket, handshake, this);
        Bytestream stream = streams.get(key);
        if (stream != null && stream.isPaired()) {
            stream.legs().stream().filter(ParkedLeg::hasLeft).findFirst().ifPresent(this::left);
        }
        if (active.contains(key) || stream != null && stream.isPaired()) {
            parking.refuse(leg, handshake, Refusal.HASH_TAKEN);
        } else {
            park(streams.computeIfAbsent(key, Bytestream::new), leg, handshake);
        }
    }

    /** XEP-0065 §6.4: opens the bytestream if both sockets are there. */
    void activate(StreamKey key, Parties parties, ActivationAnswer answer) {
        assert loop().inEventLoop();
        Bytestream stream = streams.get(key);
        List<ParkedLeg> legs = stream == null ? List.of() : stream.legs();
        Refusal refusal = active.admit(key, parties, legs, 2);
        if (refusal != null) {
            answer.refused(refusal);
            return;
        }
        streams.remove(key);
        legs.forEach(parking::leave);
        ActiveStream opened =
                active.open(key, parties, legs.get(0).socket(), legs.get(1).socket(), report -> {});
        answer.activated();
        opened.carrier().start();
    }

    /** Ends what is due and counts what moved; to be called a few times a second. */
    void sweep() {
        long now = context.now();
        for (Bytestream stream : new ArrayList<>(streams.values())) {
            sweep(stream, now);
        }
        active.sweep(now);
        brokered.sweep(now);
        lingering.sweep(now);
    }

    /**
     * Takes no more, forgets the parked, and completes with how many active streams had to be cut at the deadline.
     * Sockets of brokered sessions stay until then, or until whoever brokers has told both parties that it is over.
     */
    void drain(long deadlineNanos, CompletableFuture<Integer> whenDrained) {
        unparkOwn();
        active.drain(deadlineNanos, whenDrained);
        brokered.sweep(context.now());
    }

    /** Ends everything at once, and turns away what still arrives. */
    void close() {
        active.close();
        unparkOwn();
        brokered.unparkAll();
        lingering.close();
    }

    @Override
    public void broken(ParkedLeg leg) {
        left(leg);
    }

    @Override
    public void ended(ParkedLeg leg) {
        parking.ended(leg);
    }

    @Override
    public void fault(ParkedLeg leg, Throwable bug) {
        context.events().bug("parked leg of " + leg.socket().remoteAddress(), bug);
        left(leg);
    }

    private void park(Bytestream stream, ParkedLeg leg, Socks5Handshake handshake) {
        stream.join(leg);
        stream.legs().forEach(each -> each.deadline(parking.deadline()));
        if (!parking.admit(leg, handshake)) {
            left(leg);
        }
    }

    private void left(ParkedLeg leg) {
        unpark(leg, CloseReason.LEFT);
    }

    private void unpark(ParkedLeg leg, CloseReason why) {
        Bytestream stream = streams.get(leg.key());
        if (stream == null || !stream.legs().contains(leg)) {
            return; // has gone before
        }
        stream.leave(leg);
        if (stream.legs().isEmpty()) {
            streams.remove(stream.key());
        }
        parking.end(leg, why);
    }

    private void unparkOwn() {
        for (Bytestream stream : new ArrayList<>(streams.values())) {
            List.copyOf(stream.legs()).forEach(leg -> unpark(leg, CloseReason.DRAINED));
        }
    }

    private void sweep(Bytestream stream, long now) {
        for (ParkedLeg leg : List.copyOf(stream.legs())) {
            if (leg.isDue(now)) {
                unpark(leg, leg.hasLeft() ? CloseReason.LEFT : CloseReason.PARKED_TIMEOUT);
            }
        }
    }
}
