// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/**
 * How long to wait before the next try: doubling from 1 s to 60 s, each time shortened by up to a half at random so
 * that many components do not return to a restarted server in step. Confined to its event loop.
 */
final class Backoff {
    private static final long FIRST_MILLIS = 1_000;
    private static final long LAST_MILLIS = 60_000;
    /**
     * A link must last this long to count as good; otherwise two rivals for one JID would throw each other out for
     * ever.
     */
    private static final long STABLE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final DoubleSupplier entropy;
    private long nextMillis = FIRST_MILLIS;
    private boolean up;
    private long upSinceNanos;

    /** @param entropy evenly distributed from 0 to 1 */
    Backoff(DoubleSupplier entropy) {
        this.entropy = entropy;
    }

    void onUp(long nowNanos) {
        up = true;
        upSinceNanos = nowNanos;
    }

    /** Called once for each link that failed or ended; returns the wait in milliseconds. */
    long onDown(long nowNanos) {
        if (up && nowNanos - upSinceNanos >= STABLE_NANOS) {
            nextMillis = FIRST_MILLIS;
        }
        up = false;
        long delayMillis = nextMillis - (long) (nextMillis / 2.0 * entropy.getAsDouble());
        nextMillis = Math.min(2 * nextMillis, LAST_MILLIS);
        return delayMillis;
    }
}
