// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waits for what another process does. Safe from any thread. */
public final class Await {
    /** Longer than anything should take on a busy machine with two cores. */
    public static final Duration SOON = Duration.ofSeconds(20);

    private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private Await() {}

    /**
     * Returns when the condition holds.
     *
     * @param what what is waited for, and how things stand, for the failure's message
     */
    public static void until(Supplier<String> what, Callable<Boolean> condition) {
        long deadlineNanos = System.nanoTime() + SOON.toNanos();
        while (!holds(condition)) {
            if (System.nanoTime() > deadlineNanos) {
                throw new AssertionError("not within " + SOON.toSeconds() + " s: " + what.get());
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }

    private static boolean holds(Callable<Boolean> condition) {
        try {
            return condition.call();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
