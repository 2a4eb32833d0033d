// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.relay.net.EveryLoop;
import im.thingle.stun.turn.Allocation;
import im.thingle.stun.turn.AllocationEnd;
import im.thingle.stun.turn.AllocationReport;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The way to the allocations from outside, for who wants to see or end them. Safe from any thread. */
public final class AllocationCommands {
    private final List<TurnShard> shards;

    AllocationCommands(List<TurnShard> shards) {
        this.shards = shards;
    }

    /** Tells of all allocations, in no order, on some event loop. */
    public void list(Consumer<List<AllocationReport>> whenKnown) {
        list(user -> true, whenKnown);
    }

    /** Tells of the allocations of those users that are wanted; asked on each event loop. */
    public void list(Predicate<String> users, Consumer<List<AllocationReport>> whenKnown) {
        every().ask(shard -> shard.active(users), whenKnown);
    }

    /** Ends an allocation and tells whether there was one of this id, on some event loop. */
    public void end(long id, Consumer<Boolean> whenDone) {
        every().ask(shard -> end(shard, id), ended -> whenDone.accept(!ended.isEmpty()));
    }

    private EveryLoop<TurnShard> every() {
        return new EveryLoop<>(shards, TurnShard::loop, (shard, bug) -> shard.events().bug("command", bug));
    }

    private static List<Long> end(TurnShard shard, long id) {
        List<Allocation> meant =
                shard.charges().allocations().stream().filter(allocation -> allocation.id() == id).toList();
        meant.forEach(allocation -> shard.end(allocation, AllocationEnd.ENDED));
        return meant.stream().map(Allocation::id).toList();
    }
}
