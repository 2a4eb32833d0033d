// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

/**
 * Decides after each turn how long datagrams may gather before the next. Worth it while several are to be expected in
 * that time and the last turn found some, but few. A turn that found many is followed by the next at once: the load
 * gathers them by itself. Pure: the time is passed in. Confined to its event loop.
 */
final class HoldPolicy {
    /** The loop is to be told as soon as something arrives. */
    static final long NONE = -1;

    /** So many expected in the time of a hold make it worthwhile. */
    private static final int LEAST_EXPECTED = 3;
    private static final int MANY = 48;
    private static final long WINDOW_NANOS = 1_000_000;

    private final long coalesceNanos;
    private long windowStart;
    private long inWindow;
    /** Datagrams per nanosecond, lately. */
    private double rate;

    HoldPolicy(long coalesceNanos) {
        this.coalesceNanos = coalesceNanos;
    }

    /** What the turn has moved; how long to wait with the next, or {@link #NONE}. */
    long holdNanos(int datagrams, long nowNanos) {
        inWindow += datagrams;
        long elapsed = nowNanos - windowStart;
        if (elapsed >= WINDOW_NANOS) {
            // the longer it took, the less the past counts
            double recent = (double) inWindow / elapsed;
            double weight = Math.min(1, elapsed / (4.0 * WINDOW_NANOS));
            rate += weight * (recent - rate);
            windowStart = nowNanos;
            inWindow = 0;
        }
        if (datagrams == 0 || rate * coalesceNanos < LEAST_EXPECTED) {
            return NONE;
        }
        return datagrams >= MANY ? 0 : coalesceNanos;
    }
}
