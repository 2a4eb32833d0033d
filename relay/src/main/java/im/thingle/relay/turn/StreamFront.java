// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.relay.turn.TurnCounters.Count;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.stream.StunFramer;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The TCP and TLS side of a shard: who is connected, who is late, who has something to be sent. Confined to its event
 * loop.
 */
final class StreamFront {
    private static final int SCRATCH_BYTES = 2 * StunFramer.LONGEST;

    private final TurnShard shard;
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH_BYTES);
    private final StunMessage message = new StunMessage();
    private final Set<StreamGuest> all = new HashSet<>();
    private final Set<StreamGuest> watched = new HashSet<>();
    private final ArrayDeque<StreamPath> toFlush = new ArrayDeque<>();
    private final Runnable flush = this::flushAll;
    private boolean scheduled;
    private boolean draining;

    StreamFront(TurnShard shard) {
        this.shard = shard;
    }

    /** For reading into; nobody may expect to find in it what was there before. */
    ByteBuffer scratch() {
        return scratch;
    }

    /** For looking at a message before the machine does. */
    StunMessage message() {
        return message;
    }

    void add(StreamGuest guest) {
        all.add(guest);
        watched.add(guest);
        shard.counters().add(Count.STREAMS, 1);
    }

    /** One has become the other, and is watched all the same. */
    void replace(StreamGuest guest, StreamGuest by) {
        all.remove(guest);
        watched.remove(guest);
        all.add(by);
        watched.add(by);
    }

    /** Whether the guest is to be on time. */
    void watch(StreamGuest guest, boolean isWatched) {
        if (isWatched) {
            watched.add(guest);
        } else {
            watched.remove(guest);
        }
    }

    void remove(StreamGuest guest) {
        if (all.remove(guest)) {
            watched.remove(guest);
            toFlush.remove(guest);
            shard.counters().add(Count.STREAMS, -1);
        }
    }

    /** This path has something to send, which goes out together with what comes later in the loop's turn. */
    void flushLater(StreamPath path) {
        if (!scheduled) {
            scheduled = true;
            shard.loop().execute(flush);
        }
        toFlush.add(path);
    }

    /** Ends who is late. */
    void sweep(long nowNanos) {
        for (StreamGuest guest : watched.toArray(StreamGuest[]::new)) {
            if (nowNanos - guest.deadlineNanos() >= 0) {
                guest.expire();
            }
        }
    }

    boolean isDraining() {
        return draining;
    }

    /** Takes nobody new. */
    void drain() {
        draining = true;
    }

    /** Ends all connections. */
    void close() {
        draining = true;
        List.copyOf(all).forEach(StreamGuest::end);
    }

    private void flushAll() {
        // whoever is added meanwhile is behind these; whoever goes meanwhile is taken out
        for (int left = toFlush.size(); left > 0 && !toFlush.isEmpty(); left--) {
            StreamPath path = toFlush.remove();
            try {
                path.flush();
            } catch (RuntimeException | Error bug) {
                path.onFault(bug);
            }
        }
        scheduled = !toFlush.isEmpty();
        if (scheduled) {
            shard.loop().execute(flush);
        }
    }
}
