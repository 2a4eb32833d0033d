// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.relay.net.EveryLoop;
import im.thingle.stun.turn.Allocation;
import im.thingle.stun.turn.AllocationEnd;
import im.thingle.stun.turn.AllocationReport;
import java.util.List;
import java.util.function.Consumer;

/** The way to the allocations from outside, for who wants to see or end them. Safe from any thread. */
public final class AllocationCommands {
    private final List<TurnShard> shards;

    AllocationCommands(List<TurnShard> shards) {
        this.shards = shards;
    }

    /** Tells of all allocations, in no order, on some event loop. */
    public void list(Consumer<List<AllocationReport>> whenKnown) {
        EveryLoop.ask(shards, TurnShard::loop, TurnShard::active, whenKnown);
    }

    /** Ends an allocation and tells whether there was one of this id, on some event loop. */
    public void end(long id, Consumer<Boolean> whenDone) {
        EveryLoop.ask(shards, TurnShard::loop, shard -> end(shard, id), ended -> whenDone.accept(!ended.isEmpty()));
    }

    private static List<Long> end(TurnShard shard, long id) {
        List<Allocation> meant =
                shard.charges().allocations().stream().filter(allocation -> allocation.id() == id).toList();
        meant.forEach(allocation -> shard.end(allocation, AllocationEnd.ENDED));
        return meant.stream().map(Allocation::id).toList();
    }
}
