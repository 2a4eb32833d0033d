// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import im.thingle.relay.account.CloseReason;
import im.thingle.relay.account.Refusal;
import im.thingle.relay.account.RelayEvents;
import im.thingle.relay.account.StreamReport;
import im.thingle.relay.net.StreamSocket;
import im.thingle.relay.net.Transport;
import im.thingle.relay.socks5.Socks5Handshake;
import im.thingle.relay.socks5.StreamKey;
import io.netty.channel.IoEventLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * All bytestreams whose key belongs to one event loop, from handshake to end. Confined to its event loop.
 */
final class Shard implements ParkedLeg.Owner {
    /**
     * An end of file without a byte before it may be a half-close or a good-bye: the leg keeps its place this long, unless
     * a newcomer asks for it.
     */
    private static final long LEFT_NANOS = 30_000_000_000L;

    private static final long LINGER_NANOS = 2_000_000_000L;

    private final IoEventLoop loop;
    private final BytestreamSettings settings;
    private final Quotas quotas;
    private final RelayEvents events;
    private final Tally tally;
    private final LongSupplier nanoTime;
    private final ConduitPool pool;
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(16 * 1024);
    private final Map<StreamKey, Bytestream> streams = new HashMap<>();
    private final Set<LingeringLeg> lingering = new HashSet<>();
    private int active;
    private int pipesSeen;
    private boolean draining;
    private long drainDeadlineNanos;
    private CompletableFuture<Integer> drained;

    Shard(
            IoEventLoop loop,
            Transport transport,
            BytestreamSettings settings,
            RelayEvents events,
            Shared shared) {
        this.loop = loop;
        this.settings = settings;
        this.events = events;
        this.quotas = shared.quotas();
        this.tally = shared.tally();
        this.nanoTime = shared.nanoTime();
        this.pool = new ConduitPool(transport, shared.loops());
    }

    /** What all shards of a server have in common. */
    record Shared(int loops, Quotas quotas, Tally tally, LongSupplier nanoTime) {}

    IoEventLoop loop() {
        return loop;
    }

    ByteBuffer scratch() {
        return scratch;
    }

    /** A socket whose handshake named a key of this shard; it waits for its reply and nothing drives it. */
    void arrive(StreamSocket socket, Socks5Handshake handshake) {
        assert loop.inEventLoop();
        Bytestream stream = draining ? null : streams.computeIfAbsent(handshake.key(), Bytestream::new);
        if (stream == null) {
            discard(socket);
            refused(Refusal.DRAINING, socket, "");
            return;
        }
        ParkedLeg leg = new ParkedLeg(handshake.key(), socket, this, now() + settings.parkedTimeout().toNanos());
        socket.attach(loop, leg);
        if (!stream.hasRoom() && !stream.legs().isEmpty()) {
            stream.legs().stream().filter(ParkedLeg::hasLeft).findFirst().ifPresent(this::left);
            stream = streams.computeIfAbsent(handshake.key(), Bytestream::new);
        }
        if (!stream.hasRoom()) {
            refused(Refusal.HASH_TAKEN, socket, "hash=" + stream.key());
            quotas.releaseSocket(socket.remoteAddress().getAddress());
            turnAway(socket, handshake.reply(Socks5Handshake.NOT_ALLOWED));
            return;
        }
        park(stream, leg, handshake.reply(Socks5Handshake.SUCCEEDED));
    }

    /** Sends a last answer and closes without losing it. */
    void turnAway(StreamSocket socket, byte[] reply) {
        try {
            HandshakingLeg.send(socket, scratch, reply);
            linger(socket);
        } catch (IOException gone) {
            socket.close();
        }
    }

    /** XEP-0065 §6.4: opens the bytestream if both sockets are there. */
    void activate(StreamKey key, Parties parties, ActivationAnswer answer) {
        assert loop.inEventLoop();
        Bytestream stream = streams.get(key);
        Refusal refusal = draining ? Refusal.DRAINING : refusal(stream);
        if (refusal == null) {
            refusal = quotas.admitStream(
                    parties.account(), address(stream.legs().get(0)), address(stream.legs().get(1)), now());
        }
        if (refusal != null) {
            events.refusedActivation(refusal, parties.requester(), parties.target(), "hash=" + key);
            answer.refused(refusal);
            return;
        }
        open(stream, parties);
        answer.activated();
        stream.pump().start();
    }

    /** All active bytestreams, as they stand. */
    List<StreamReport> active() {
        assert loop.inEventLoop();
        long now = now();
        return streams.values().stream()
                .filter(stream -> stream.state() == Bytestream.State.ACTIVE)
                .map(stream -> stream.report(null, now))
                .toList();
    }

    /** Ends an active bytestream; false if there is none of this key. */
    boolean end(StreamKey key) {
        assert loop.inEventLoop();
        Bytestream stream = streams.get(key);
        boolean isActive = stream != null && stream.state() == Bytestream.State.ACTIVE;
        if (isActive) {
            stream.pump().finish(CloseReason.ENDED);
        }
        return isActive;
    }

    /** Ends what is due and counts what moved; to be called a few times a second. */
    void sweep() {
        long now = now();
        for (Bytestream stream : new ArrayList<>(streams.values())) {
            if (stream.state() == Bytestream.State.ACTIVE) {
                sweepActive(stream, now);
            } else {
                sweepParked(stream, now);
            }
        }
        for (LingeringLeg leg : List.copyOf(lingering)) {
            if (leg.isDue(now)) {
                leg.close();
            }
        }
        tally.pipes.add(pool.pipes() - pipesSeen);
        pipesSeen = pool.pipes();
        if (drained != null) {
            sweepDrain(now);
        }
    }

    /** Takes no more, forgets the parked, and completes with how many active streams had to be cut at the deadline. */
    void drain(long deadlineNanos, CompletableFuture<Integer> whenDrained) {
        draining = true;
        drainDeadlineNanos = deadlineNanos;
        drained = whenDrained;
        for (Bytestream stream : new ArrayList<>(streams.values())) {
            for (ParkedLeg leg : List.copyOf(stream.legs())) {
                unpark(leg, CloseReason.DRAINED);
            }
        }
        sweepDrain(now());
    }

    /** Ends everything at once, and turns away what still arrives. */
    void close() {
        draining = true;
        for (Bytestream stream : new ArrayList<>(streams.values())) {
            if (stream.state() == Bytestream.State.ACTIVE) {
                stream.pump().finish(CloseReason.DRAINED);
            } else {
                List.copyOf(stream.legs()).forEach(leg -> unpark(leg, CloseReason.DRAINED));
            }
        }
        List.copyOf(lingering).forEach(LingeringLeg::close);
        pool.close();
    }

    @Override
    public void broken(ParkedLeg leg) {
        left(leg);
    }

    @Override
    public void ended(ParkedLeg leg) {
        leg.deadlineAtMost(now() + LEFT_NANOS);
    }

    @Override
    public void fault(ParkedLeg leg, Throwable bug) {
        events.bug("parked leg of " + leg.socket().remoteAddress(), bug);
        left(leg);
    }

    private final class PumpOwner implements Pump.Owner {
        private final Bytestream stream;

        PumpOwner(Bytestream stream) {
            this.stream = stream;
        }

        @Override
        public void over(CloseReason why) {
            closed(stream, why);
        }

        @Override
        public void bug(Throwable fault) {
            events.bug("bytestream " + stream.key(), fault);
        }
    }

    private void park(Bytestream stream, ParkedLeg leg, byte[] reply) {
        stream.join(leg);
        stream.legs().forEach(each -> each.deadline(now() + settings.parkedTimeout().toNanos()));
        tally.parked.increment();
        try {
            HandshakingLeg.send(leg.socket(), scratch, reply);
        } catch (IOException gone) {
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
        if (stream.state() == Bytestream.State.CLOSED) {
            streams.remove(stream.key());
        }
        tally.parked.decrement();
        quotas.releaseSocket(address(leg));
        leg.socket().close();
        events.unparked(why, leg.socket().remoteAddress());
    }

    private static Refusal refusal(Bytestream stream) {
        if (stream == null) {
            return Refusal.UNKNOWN_HASH;
        }
        return switch (stream.state()) {
            case PENDING -> Refusal.ONE_LEG;
            case PAIRED -> null;
            case ACTIVE, CLOSED -> Refusal.ALREADY_ACTIVE;
        };
    }

    private void open(Bytestream stream, Parties parties) {
        List<ParkedLeg> legs = List.copyOf(stream.legs());
        Quotas.Lease lease =
                quotas.lease(parties.account(), address(legs.get(0)), address(legs.get(1)), now());
        stream.activate(parties, lease, now());
        for (ParkedLeg leg : legs) {
            tally.parked.decrement();
            quotas.releaseSocket(address(leg));
        }
        active++;
        tally.active.increment();
        stream.pump(new Pump(
                loop,
                new Flow(stream.first(), stream.second(), pool, lease.shaper(), nanoTime),
                new Flow(stream.second(), stream.first(), pool, lease.shaper(), nanoTime),
                new PumpOwner(stream)));
        events.started(stream.key().toString(), parties.requester(), parties.target());
    }

    private void closed(Bytestream stream, CloseReason why) {
        streams.remove(stream.key());
        tally.bytes.add(stream.moved(now()));
        active--;
        tally.active.decrement();
        StreamReport report = stream.close(why, now());
        if (why == CloseReason.COMPLETED) {
            stream.first().close();
            stream.second().close();
        } else {
            linger(stream.first());
            linger(stream.second());
        }
        events.stopped(report);
    }

    private void linger(StreamSocket socket) {
        LingeringLeg leg = new LingeringLeg(socket, scratch, now() + LINGER_NANOS, lingering::remove);
        lingering.add(leg);
        leg.start();
    }

    private void sweepActive(Bytestream stream, long now) {
        tally.bytes.add(stream.moved(now));
        long idle = settings.idleTimeout().toNanos();
        long halfClosed = settings.halfClosedTimeout().toNanos();
        if (stream.pump().isHalfClosed() && stream.silentNanos(now) >= halfClosed) {
            stream.pump().finish(CloseReason.HALF_CLOSED_TIMEOUT);
        } else if (idle > 0 && stream.silentNanos(now) >= idle) {
            stream.pump().finish(CloseReason.IDLE);
        }
    }

    private void sweepParked(Bytestream stream, long now) {
        for (ParkedLeg leg : List.copyOf(stream.legs())) {
            if (leg.isDue(now)) {
                unpark(leg, leg.hasLeft() ? CloseReason.LEFT : CloseReason.PARKED_TIMEOUT);
            }
        }
    }

    private void sweepDrain(long now) {
        if (active == 0 && !drained.isDone()) {
            drained.complete(0);
        } else if (now - drainDeadlineNanos >= 0 && !drained.isDone()) {
            int cut = active;
            close();
            drained.complete(cut);
        }
    }

    private void discard(StreamSocket socket) {
        quotas.releaseSocket(socket.remoteAddress().getAddress());
        socket.reset();
    }

    private void refused(Refusal why, StreamSocket socket, String detail) {
        events.refusedSocket(why, socket.remoteAddress(), detail);
    }

    private static InetAddress address(ParkedLeg leg) {
        return leg.socket().remoteAddress().getAddress();
    }

    private long now() {
        return nanoTime.getAsLong();
    }
}
