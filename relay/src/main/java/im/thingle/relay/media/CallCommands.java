// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The only way into brokered calls from outside their event loops. Safe from any thread. */
public final class CallCommands {
    private final RelayShards<CallShard> shards;

    CallCommands(RelayShards<CallShard> shards) {
        this.shards = shards;
    }

    /**
     * Opens a call, on each loop in turn.
     *
     * @param components 1, or 2 where RTCP has ports of its own
     */
    public void open(CallOwner owner, int components, CallListener listener, CallAnswer answer) {
        shards.next(shard -> shard.open(owner, components, listener, answer),
                () -> answer.refused(CallRefusal.DRAINING));
    }

    /**
     * Opens a call that ends here, and whose media goes back to who sends it (DTLS-SRTP, RFC 5764).
     *
     * @param peer whom to take for the party
     */
    public void mirror(CallOwner owner, DtlsPeer peer, MirrorListener listener, MirrorAnswer answer) {
        shards.next(shard -> shard.mirror(owner, peer, listener, answer), () -> answer.refused(CallRefusal.DRAINING));
    }

    /** Tells of all open calls, in no order, on some event loop. */
    public void list(Consumer<List<CallReport>> whenKnown) {
        list(owner -> true, whenKnown);
    }

    /** Tells of those open calls whose owners are wanted; asked on each event loop. */
    public void list(Predicate<CallOwner> whose, Consumer<List<CallReport>> whenKnown) {
        shards.ask(shard -> shard.reports(whose), whenKnown);
    }

    /** Ends a call and tells whether there was one, on some event loop. */
    public void end(String id, Consumer<Boolean> whenDone) {
        shards.end(id, whenDone);
    }

    /** Ends all calls of a bare JID and tells how many there were, on some event loop. */
    public void endAllOf(String account, Consumer<Integer> whenDone) {
        shards.endAllOf(account, whenDone);
    }
}
