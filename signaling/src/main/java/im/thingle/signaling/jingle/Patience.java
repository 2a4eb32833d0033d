// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle;

import java.time.Duration;

/** How long something may take, counted from the first tick after its start. Confined to its event loop. */
public final class Patience {
    private final long nanos;
    private boolean running;
    private boolean counting;
    private long sinceNanos;

    public Patience(Duration most) {
        nanos = most.toNanos();
    }

    /** Begins, again if need be. */
    public void start() {
        running = true;
        counting = false;
    }

    public void stop() {
        running = false;
    }

    /** Whether it runs and has come to its end, which is told once. */
    public boolean ends(long nowNanos) {
        if (!running) {
            return false;
        }
        if (!counting) {
            counting = true;
            sinceNanos = nowNanos;
        }
        boolean over = nowNanos - sinceNanos >= nanos;
        running = !over;
        return over;
    }
}
