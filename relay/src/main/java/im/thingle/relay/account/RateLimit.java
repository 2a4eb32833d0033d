// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.account;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A ceiling on bytes per second that any number of streams, on any loops, share. Bytes are charged after they moved,
 * and whoever finds the account in debt waits; so each sharer overshoots by one read at most, and nobody starves but by
 * packets, which cannot wait and go before ({@link #take}). Safe from any thread.
 */
final class RateLimit {
    /** How far a quiet spell lets the account run ahead: a tenth of a second's worth. */
    static final long BURST_NANOS = 100_000_000L;

    /** How far {@link #take} lets the account fall behind. */
    private static final long MOST_DEBT_NANOS = 1_000_000_000L;

    private final double nanosPerByte;
    private final AtomicLong paidUntilNanos;

    /**
     * @param bytesPerSecond at least 1
     */
    RateLimit(long bytesPerSecond, long nowNanos) {
        nanosPerByte = 1e9 / bytesPerSecond;
        paidUntilNanos = new AtomicLong(nowNanos - BURST_NANOS);
    }

    /** Books bytes that have moved. */
    void charge(long bytes, long nowNanos) {
        long cost = (long) (bytes * nanosPerByte);
        long before;
        long after;
        do {
            before = paidUntilNanos.get();
            long oldest = nowNanos - BURST_NANOS;
            after = (before - oldest < 0 ? oldest : before) + cost;
        } while (!paidUntilNanos.compareAndSet(before, after));
    }

    /** Books bytes that are to move, unless the account is a second in debt: for packets, which cannot wait. */
    boolean take(long bytes, long nowNanos) {
        boolean granted = delayNanos(nowNanos) < MOST_DEBT_NANOS;
        if (granted) {
            charge(bytes, nowNanos);
        }
        return granted;
    }

    /** Whether a fresh account would be no better off. */
    boolean isRested(long nowNanos) {
        return delayNanos(nowNanos) <= -BURST_NANOS;
    }

    /** How long to wait before moving more; 0 or less: no wait. */
    long delayNanos(long nowNanos) {
        return paidUntilNanos.get() - nowNanos;
    }

    /** A read of this size at most keeps the overshoot within a tenth of a second. */
    long portion() {
        return Math.max(1, (long) (BURST_NANOS / nanosPerByte));
    }
}
