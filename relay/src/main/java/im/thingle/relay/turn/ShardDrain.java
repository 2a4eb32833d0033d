// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.stun.turn.AllocationEnd;
import im.thingle.stun.turn.TurnServer;
import java.util.concurrent.CompletableFuture;

/** A shard's way to its end: allocations may go on until a deadline. Confined to its event loop. */
final class ShardDrain {
    private final TurnServer machine;
    private final long deadlineNanos;
    private final CompletableFuture<Integer> whenDrained;

    /**
     * @param whenDrained completes with how many allocations had to be cut
     */
    ShardDrain(TurnServer machine, long deadlineNanos, CompletableFuture<Integer> whenDrained) {
        this.machine = machine;
        this.deadlineNanos = deadlineNanos;
        this.whenDrained = whenDrained;
        machine.drain();
    }

    void sweep(long nowNanos) {
        int left = machine.allocations();
        if (left == 0) {
            whenDrained.complete(0);
        } else if (nowNanos - deadlineNanos >= 0) {
            machine.close(AllocationEnd.DRAINED, nowNanos);
            whenDrained.complete(left);
        }
    }
}
