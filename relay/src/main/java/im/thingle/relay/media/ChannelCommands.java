// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.net.EveryLoop;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The only way into the channels from outside their event loops. Safe from any thread. */
public final class ChannelCommands {
    private final List<ChannelShard> shards;
    private final AtomicInteger opened = new AtomicInteger();

    ChannelCommands(List<ChannelShard> shards) {
        this.shards = shards;
    }

    /** Opens a channel, on each loop in turn. */
    public void open(ChannelOwner owner, ChannelAnswer answer) {
        ChannelShard shard = shards.get(Math.floorMod(opened.getAndIncrement(), shards.size()));
        try {
            shard.loop().execute(() -> shard.open(owner, answer));
        } catch (RejectedExecutionException stopped) {
            answer.refused(ChannelRefusal.DRAINING);
        }
    }

    /** Tells of all open channels, in no order, on some event loop. */
    public void list(Consumer<List<ChannelReport>> whenKnown) {
        list(owner -> true, whenKnown);
    }

    /** Tells of those open channels whose owners are wanted; asked on each event loop. */
    public void list(Predicate<ChannelOwner> whose, Consumer<List<ChannelReport>> whenKnown) {
        every().ask(shard -> shard.reports(whose), whenKnown);
    }

    /** Ends a channel and tells whether there was one, on some event loop. */
    public void end(String id, Consumer<Boolean> whenDone) {
        every().ask(shard -> List.of(shard.end(id)), ended -> whenDone.accept(ended.contains(true)));
    }

    /** Ends all channels of a bare JID and tells how many there were, on some event loop. */
    public void endAllOf(String account, Consumer<Integer> whenDone) {
        every().ask(shard -> List.of(shard.endAllOf(account)),
                ended -> whenDone.accept(ended.stream().mapToInt(Integer::intValue).sum()));
    }

    private EveryLoop<ChannelShard> every() {
        return new EveryLoop<>(shards, ChannelShard::loop, ChannelShard::onFault);
    }
}
