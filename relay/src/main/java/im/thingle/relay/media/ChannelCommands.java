// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The only way into the channels from outside their event loops. Safe from any thread. */
public final class ChannelCommands {
    private final RelayShards<ChannelShard> shards;

    ChannelCommands(RelayShards<ChannelShard> shards) {
        this.shards = shards;
    }

    /** Opens a channel, on each loop in turn. */
    public void open(ChannelOwner owner, ChannelAnswer answer) {
        shards.next(shard -> shard.open(owner, answer), () -> answer.refused(ChannelRefusal.DRAINING));
    }

    /** Tells of all open channels, in no order, on some event loop. */
    public void list(Consumer<List<ChannelReport>> whenKnown) {
        list(owner -> true, whenKnown);
    }

    /** Tells of those open channels whose owners are wanted; asked on each event loop. */
    public void list(Predicate<ChannelOwner> whose, Consumer<List<ChannelReport>> whenKnown) {
        shards.ask(shard -> shard.reports(whose), whenKnown);
    }

    /** Ends a channel and tells whether there was one, on some event loop. */
    public void end(String id, Consumer<Boolean> whenDone) {
        shards.end(id, whenDone);
    }

    /** Ends all channels of a bare JID and tells how many there were, on some event loop. */
    public void endAllOf(String account, Consumer<Integer> whenDone) {
        shards.endAllOf(account, whenDone);
    }
}
