// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import im.thingle.relay.account.CloseReason;
import im.thingle.relay.account.Refusal;
import im.thingle.relay.account.StreamReport;
import im.thingle.relay.net.StreamSocket;
import im.thingle.relay.net.Transport;
import im.thingle.relay.socks5.StreamKey;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The active bytestreams of one event loop, from the moment they are let in to their end. Confined to its event loop.
 */
final class ActiveStreams {
    private final LoopContext context;
    private final LingeringLegs lingering;
    private final ConduitPool pool;
    private final Map<StreamKey, ActiveStream> streams = new HashMap<>();
    private int pipesSeen;
    private boolean draining;
    private boolean over;
    private long drainDeadlineNanos;
    private CompletableFuture<Integer> drained;

    ActiveStreams(LoopContext context, LingeringLegs lingering, Transport transport, int loops) {
        this.context = context;
        this.lingering = lingering;
        pool = new ConduitPool(transport, loops);
    }

    boolean contains(StreamKey key) {
        return streams.containsKey(key);
    }

    /** Whether no more is taken, but for sessions that are brokered: who began them ends them. */
    boolean isDraining() {
        return draining;
    }

    /** Whether nothing is taken. */
    boolean isOver() {
        return over;
    }

    /**
     * Why a stream may not start, which is then logged; null if it may: its place is taken and {@link #open} is due.
     *
     * @param legs those that are there
     * @param wanted how many there have to be
     */
    Refusal admit(StreamKey key, Parties parties, List<ParkedLeg> legs, int wanted) {
        boolean closed = over || draining && parties.session().isEmpty();
        Refusal refusal = closed ? Refusal.DRAINING : refusal(key, legs.size(), wanted);
        if (refusal == null) {
            List<InetAddress> addresses = legs.stream().map(Parking::address).toList();
            refusal = context.quotas().admitStream(parties.account(), addresses, context.now());
        }
        if (refusal != null) {
            refused(refusal, key, parties);
        }
        return refusal;
    }

    void refused(Refusal why, StreamKey key, Parties parties) {
        context.events().refusedActivation(why, parties.requester(), parties.target(), "hash=" + key);
    }

    /** Two sockets, whose bytes go through a {@link Pump}; it is to be started. */
    ActiveStream open(StreamKey key, Parties parties, StreamSocket first, StreamSocket second,
            Consumer<StreamReport> whenEnded) {
        List<StreamSocket> sockets = List.of(first, second);
        Quotas.Lease lease = lease(parties, sockets);
        ActiveStream stream = new ActiveStream(key, parties, sockets, lease, whenEnded, context.now());
        stream.carrier(new Pump(
                context.loop(),
                new Flow(first, second, pool, lease.shaper(), context.nanoTime()),
                new Flow(second, first, pool, lease.shaper(), context.nanoTime()),
                new CarrierOwner(stream)));
        add(stream, parties);
        return stream;
    }

    /** One socket, whose bytes are read and written chunk by chunk; it is to be started. */
    BridgedLeg bridge(StreamKey key, Parties parties, StreamSocket socket, BridgeListener listener) {
        List<StreamSocket> sockets = List.of(socket);
        Quotas.Lease lease = lease(parties, sockets);
        ActiveStream stream = new ActiveStream(key, parties, sockets, lease, report -> {}, context.now());
        BridgedLeg leg = new BridgedLeg(context, socket, lease.shaper(), listener, new CarrierOwner(stream));
        stream.carrier(leg);
        add(stream, parties);
        return leg;
    }

    /** Those of these parties, as they stand. */
    List<StreamReport> reports(Predicate<Parties> whose) {
        assert context.loop().inEventLoop();
        long now = context.now();
        return streams.values().stream()
                .filter(stream -> whose.test(stream.parties()))
                .map(stream -> stream.report(null, now))
                .toList();
    }

    /** Ends a stream; false if there is none of this key. */
    boolean end(StreamKey key) {
        assert context.loop().inEventLoop();
        ActiveStream stream = streams.get(key);
        if (stream != null) {
            stream.carrier().finish(CloseReason.ENDED);
        }
        return stream != null;
    }

    /** Ends what is due and counts what moved. */
    void sweep(long now) {
        new ArrayList<>(streams.values()).forEach(stream -> sweep(stream, now));
        context.tally().pipes.add(pool.pipes() - pipesSeen);
        pipesSeen = pool.pipes();
        sweepDrain(now);
    }

    /** Takes no more that nobody brokers, and completes with how many had to be cut at the deadline. */
    void drain(long deadlineNanos, CompletableFuture<Integer> whenDrained) {
        draining = true;
        drainDeadlineNanos = deadlineNanos;
        drained = whenDrained;
        sweepDrain(context.now());
    }

    /** Takes no more and ends all at once. */
    void close() {
        draining = true;
        over = true;
        new ArrayList<>(streams.values()).forEach(stream -> stream.carrier().finish(CloseReason.DRAINED));
        pool.close();
    }

    private final class CarrierOwner implements Pump.Owner {
        private final ActiveStream stream;

        CarrierOwner(ActiveStream stream) {
            this.stream = stream;
        }

        @Override
        public void over(CloseReason why) {
            closed(stream, why);
        }

        @Override
        public void bug(Throwable fault) {
            context.events().bug("bytestream " + stream.key(), fault);
        }
    }

    private Refusal refusal(StreamKey key, int legs, int wanted) {
        if (contains(key)) {
            return Refusal.ALREADY_ACTIVE;
        }
        return legs == wanted ? null : legs == 0 ? Refusal.UNKNOWN_HASH : Refusal.ONE_LEG;
    }

    private Quotas.Lease lease(Parties parties, List<StreamSocket> sockets) {
        List<InetAddress> legs = sockets.stream().map(socket -> socket.remoteAddress().getAddress()).toList();
        return context.quotas().lease(parties.account(), legs, context.now());
    }

    private void add(ActiveStream stream, Parties parties) {
        streams.put(stream.key(), stream);
        context.tally().active.increment();
        context.events().started(stream.key().toString(), parties.requester(), parties.target());
    }

    private void closed(ActiveStream stream, CloseReason why) {
        streams.remove(stream.key());
        context.tally().bytes.add(stream.moved(context.now()));
        context.tally().active.decrement();
        StreamReport report = stream.close(why, context.now());
        stream.sockets().forEach(why == CloseReason.COMPLETED ? StreamSocket::close : lingering::linger);
        context.events().stopped(report);
        stream.tell(report);
    }

    private void sweep(ActiveStream stream, long now) {
        context.tally().bytes.add(stream.moved(now));
        Duration idle = context.settings().idleTimeout();
        Duration halfClosed = context.settings().halfClosedTimeout();
        if (stream.carrier().isHalfClosed() && stream.silentNanos(now) >= halfClosed.toNanos()) {
            stream.carrier().finish(CloseReason.HALF_CLOSED_TIMEOUT);
        } else if (idle.isPositive() && stream.silentNanos(now) >= idle.toNanos()) {
            stream.carrier().finish(CloseReason.IDLE);
        }
    }

    private void sweepDrain(long now) {
        if (drained == null || over) {
            return;
        }
        int active = streams.size();
        if (now - drainDeadlineNanos >= 0) {
            close();
            drained.complete(active);
        } else if (active == 0) {
            drained.complete(0);
        }
    }
}
