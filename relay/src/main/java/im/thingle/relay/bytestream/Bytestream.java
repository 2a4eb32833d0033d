// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import im.thingle.relay.account.CloseReason;
import im.thingle.relay.account.StreamReport;
import im.thingle.relay.net.StreamSocket;
import im.thingle.relay.socks5.StreamKey;
import java.util.ArrayList;
import java.util.List;

/**
 * One bytestream from its first socket to its end: PENDING with one parked leg, PAIRED with two, ACTIVE, CLOSED. Which leg
 * is the requester's is never known and never guessed. Confined to its event loop.
 */
final class Bytestream {
    enum State {
        PENDING,
        PAIRED,
        ACTIVE,
        CLOSED
    }

    private final StreamKey key;
    private final List<ParkedLeg> legs = new ArrayList<>(2);
    private State state = State.PENDING;
    private Active active;

    /** What an active one has on top. */
    private static final class Active {
        final Parties parties;
        final StreamSocket first;
        final StreamSocket second;
        final long sinceNanos;
        final Quotas.Lease lease;
        Pump pump;
        long seenBytes;
        long movedNanos;
        boolean halfClosed;

        Active(Parties parties, StreamSocket first, StreamSocket second, Quotas.Lease lease, long nowNanos) {
            this.parties = parties;
            this.first = first;
            this.second = second;
            this.lease = lease;
            this.sinceNanos = nowNanos;
            this.movedNanos = nowNanos;
        }

        long bytes() {
            return pump.bytesFromFirst() + pump.bytesFromSecond();
        }
    }

    Bytestream(StreamKey key) {
        this.key = key;
    }

    StreamKey key() {
        return key;
    }

    State state() {
        return state;
    }

    /** The parked legs, in the order they came. */
    List<ParkedLeg> legs() {
        return legs;
    }

    /** Adds a leg; the place must be free. */
    void join(ParkedLeg leg) {
        assert hasRoom();
        legs.add(leg);
        state = legs.size() == 2 ? State.PAIRED : State.PENDING;
    }

    /** Takes a leg out again. */
    void leave(ParkedLeg leg) {
        legs.remove(leg);
        state = legs.isEmpty() ? State.CLOSED : State.PENDING;
    }

    boolean hasRoom() {
        return state == State.PENDING && legs.size() < 2;
    }

    /** PAIRED to ACTIVE. The pump is given by {@link #pump} before it starts. */
    void activate(Parties parties, Quotas.Lease lease, long nowNanos) {
        assert state == State.PAIRED;
        active = new Active(parties, legs.get(0).socket(), legs.get(1).socket(), lease, nowNanos);
        legs.clear();
        state = State.ACTIVE;
    }

    void pump(Pump pump) {
        active.pump = pump;
    }

    Pump pump() {
        return active.pump;
    }

    StreamSocket first() {
        return active.first;
    }

    StreamSocket second() {
        return active.second;
    }

    /** Bytes that moved since the last call; remembers when that was more than none, or an end of file. */
    long moved(long nowNanos) {
        long now = active.bytes();
        long delta = now - active.seenBytes;
        boolean halfClosed = active.pump.isHalfClosed();
        if (delta > 0 || halfClosed && !active.halfClosed) {
            active.movedNanos = nowNanos;
        }
        active.seenBytes = now;
        active.lease.carried(now);
        active.halfClosed = halfClosed;
        return delta;
    }

    /** How long neither a byte nor an end of file has moved, as far as {@link #moved} knows. */
    long silentNanos(long nowNanos) {
        return nowNanos - active.movedNanos;
    }

    /** ACTIVE to CLOSED: the story is told, the limits are given back. */
    StreamReport close(CloseReason reason, long nowNanos) {
        assert state == State.ACTIVE;
        state = State.CLOSED;
        active.lease.release();
        return report(reason, nowNanos);
    }

    /** The story so far of an active one, or the whole story; {@code reason} is null while it is active. */
    StreamReport report(CloseReason reason, long nowNanos) {
        return new StreamReport(
                key.toString(),
                active.parties.requester(),
                active.parties.target(),
                active.first.remoteAddress(),
                active.second.remoteAddress(),
                active.pump.bytesFromFirst(),
                active.pump.bytesFromSecond(),
                nowNanos - active.sinceNanos,
                reason);
    }
}
