// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one part of the process lets go on until a deadline while it takes nothing new. Safe from any thread.
 *
 * @param what its plural, for the log
 * @param before how many there were
 * @param active how many there are
 * @param drained completes with how many were cut
 */
record Draining(String what, long before, LongSupplier active, CompletableFuture<Integer> drained) {
    private static final Logger LOG = LoggerFactory.getLogger("thingle.server");

    /** Begins it. */
    static Draining of(
            String what, LongSupplier active, Function<Duration, CompletableFuture<Integer>> drain, Duration timeout) {
        var before = active.getAsLong();
        LOG.info("draining: {} {}, as long", before, what);
        return new Draining(what, before, active, drain.apply(timeout));
    }

    /** Writes what has become of them; whatever is left now is about to be cut. */
    void tell() {
        long cut = drained.isDone() ? drained.join() : active.getAsLong();
        LOG.info("drained: {} {} ended, {} cut", Math.max(0, before - cut), what, cut);
    }
}
