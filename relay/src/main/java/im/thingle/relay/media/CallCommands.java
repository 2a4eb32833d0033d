// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.net.EveryLoop;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The only way into brokered calls from outside their event loops. Safe from any thread. */
public final class CallCommands {
    private final List<CallShard> shards;
    private final AtomicInteger opened = new AtomicInteger();

    CallCommands(List<CallShard> shards) {
        this.shards = shards;
    }

    /**
     * Opens a call, on each loop in turn.
     *
     * @param components 1, or 2 where RTCP has ports of its own
     */
    public void open(CallOwner owner, int components, CallListener listener, CallAnswer answer) {
        CallShard shard = shards.get(Math.floorMod(opened.getAndIncrement(), shards.size()));
        try {
            shard.loop().execute(() -> shard.open(owner, components, listener, answer));
        } catch (RejectedExecutionException stopped) {
            answer.refused(CallRefusal.DRAINING);
        }
    }

    /**
     * Opens a call that ends here, and whose media goes back to who sends it (DTLS-SRTP, RFC 5764).
     *
     * @param peer whom to take for the party
     */
    public void mirror(CallOwner owner, DtlsPeer peer, MirrorListener listener, MirrorAnswer answer) {
        CallShard shard = shards.get(Math.floorMod(opened.getAndIncrement(), shards.size()));
        try {
            shard.loop().execute(() -> shard.mirror(owner, peer, listener, answer));
        } catch (RejectedExecutionException stopped) {
            answer.refused(CallRefusal.DRAINING);
        }
    }

    /** Tells of all open calls, in no order, on some event loop. */
    public void list(Consumer<List<CallReport>> whenKnown) {
        list(owner -> true, whenKnown);
    }

    /** Tells of those open calls whose owners are wanted; asked on each event loop. */
    public void list(Predicate<CallOwner> whose, Consumer<List<CallReport>> whenKnown) {
        every().ask(shard -> shard.reports(whose), whenKnown);
    }

    /** Ends a call and tells whether there was one, on some event loop. */
    public void end(String id, Consumer<Boolean> whenDone) {
        every().ask(shard -> List.of(shard.end(id)), ended -> whenDone.accept(ended.contains(true)));
    }

    /** Ends all calls of a bare JID and tells how many there were, on some event loop. */
    public void endAllOf(String account, Consumer<Integer> whenDone) {
        every().ask(shard -> List.of(shard.endAllOf(account)),
                ended -> whenDone.accept(ended.stream().mapToInt(Integer::intValue).sum()));
    }

    private EveryLoop<CallShard> every() {
        return new EveryLoop<>(shards, CallShard::loop, CallShard::onFault);
    }
}
