// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import java.time.Duration;

/** How often something may be done: so often at once, and once more after each while. Confined to its event loop. */
final class Tokens {
    private final long everyNanos;
    private final long burstNanos;
    private long fullAtNanos;

    /** @param atOnce at least 1 */
    Tokens(int atOnce, Duration every, long nowNanos) {
        everyNanos = every.toNanos();
        burstNanos = everyNanos * atOnce;
        fullAtNanos = nowNanos;
    }

    /** Whether it may be done now; it is then counted. */
    boolean take(long nowNanos) {
        long missing = Math.max(0, fullAtNanos - nowNanos);
        if (missing + everyNanos > burstNanos) {
            return false;
        }
        fullAtNanos = nowNanos + missing + everyNanos;
        return true;
    }
}
