// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/** The way to one call from outside its event loop; of one that has ended, it does nothing. Safe from any thread. */
public final class CallControl {
    private final CallShard shard;
    private final String id;

    CallControl(CallShard shard, String id) {
        this.shard = shard;
        this.id = id;
    }

    /** The call's name. */
    public String id() {
        return id;
    }

    /**
     * What a party tells of itself: first all there is, later more candidates; with another fragment and password it
     * begins anew, and {@link CallListener#restarted} tells what the party gets for it. Candidates that may be no
     * peers, or too many, are ignored.
     */
    public void theirs(CallParty party, IceDescription theirs) {
        run(call -> call.theirs(party, theirs));
    }

    /** How many components there are, if fewer than at first: RTCP goes with RTP (RFC 5761). */
    public void reduce(int components) {
        run(call -> call.reduce(components));
    }

    /** The party knows what it is to be told: it is contacted from now on. */
    public void start(CallParty party) {
        run(call -> call.start(party));
    }

    /** Ends it. */
    public void end() {
        run(call -> shard.end(id));
    }

    /** Ends it, because the parties have agreed to do without (RFC 8843). */
    public void bundled() {
        run(call -> call.end(CallEnd.BUNDLED));
    }

    private void run(Consumer<Call> command) {
        try {
            shard.loop().execute(() -> shard.with(id, command));
        } catch (RejectedExecutionException stopped) {
            // and with the loop everything else
        }
    }
}
