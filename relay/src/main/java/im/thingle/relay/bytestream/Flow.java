// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import im.thingle.relay.account.Shaper;
import im.thingle.relay.net.StreamSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.LongSupplier;

/**
 * One direction of a bytestream. Every byte that has come is let out before the next is asked for, so nothing is ever
 * held back waiting for more; the end of file goes out behind the last byte. Confined to its event loop.
 */
public final class Flow {
    /** Why a turn came to its end. */
    enum Turn {
        /** Nothing more to read for now. */
        IDLE,
        /** The sink takes no more for now. */
        BLOCKED,
        /** A portion is done and there may be more: run again soon. */
        AGAIN,
        /** A ceiling on bytes per second: run again after {@link #pauseNanos()}. */
        PAUSED,
        /** A ceiling on bytes per day: nothing more will be read. */
        EXHAUSTED,
        /** The source has ended, and everything it sent has gone out with the end of file. */
        ENDED,
        /** The source is broken; what came before has gone out, with an end of file behind it. */
        SOURCE_BROKEN,
        /** The sink is broken; what was under way to it is lost. */
        SINK_BROKEN
    }

    /**
     * A portion ends once it has moved so much; a pipeful may be sixteen times that. Between portions of one busy
     * stream the loop looks at the quiet ones (decisions/0007).
     */
    private static final long BYTES_PER_PORTION = 64 << 10;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final StreamSocket source;
    private final StreamSocket sink;
    private final ConduitPool pool;
    private final Shaper shaper;
    private final boolean shaped;
    private final LongSupplier nanoTime;
    private final boolean spliced;
    private ByteBuffer head = NOTHING;
    private Conduit conduit;
    private long bytes;
    private long pauseNanos;
    private boolean ended;
    private boolean broken;
    private Turn turn = Turn.IDLE;

    public Flow(
            StreamSocket source, StreamSocket sink, ConduitPool pool, Shaper shaper, LongSupplier nanoTime) {
        this.source = source;
        this.sink = sink;
        this.pool = pool;
        this.shaper = shaper;
        this.shaped = shaper.limits();
        this.spliced = source.splices() && sink.splices();
        this.nanoTime = nanoTime;
    }

    /**
     * What goes out before anything else; to be called before the start.
     *
     * @param fromSource whether it was read from the source, and counts with its bytes
     */
    public void lead(ByteBuffer bytes, boolean fromSource) {
        if (fromSource) {
            came(bytes.remaining());
        }
        head = ByteBuffer.allocateDirect(head.remaining() + bytes.remaining()).put(head).put(bytes).flip();
    }

    /** Moves what can be moved, up to one portion. */
    Turn run() {
        turn = move();
        if (turn != Turn.BLOCKED) {
            release();
        }
        return turn;
    }

    StreamSocket source() {
        return source;
    }

    StreamSocket sink() {
        return sink;
    }

    /** How the last turn ended. */
    Turn turn() {
        return turn;
    }

    /** Whether nothing will ever come out of this direction again. */
    boolean isOver() {
        return turn.compareTo(Turn.ENDED) >= 0;
    }

    /** Bytes taken from the source since the start. */
    long bytes() {
        return bytes;
    }

    /** After {@link Turn#PAUSED}, for how long. */
    long pauseNanos() {
        return pauseNanos;
    }

    /** Gives up this direction, with what was under way in it. */
    void abandon() {
        if (!isOver()) {
            turn = Turn.SINK_BROKEN;
        }
        release();
    }

    private Turn move() {
        for (long budget = BYTES_PER_PORTION; budget > 0; ) {
            Turn stop = flush();
            if (stop != null) {
                return stop;
            }
            if (ended) {
                return finish();
            }
            if (shaped && (stop = hold()) != null) {
                return stop;
            }
            long came = fill(shaped ? shaper.portion() : Long.MAX_VALUE);
            if (came == 0) {
                return Turn.IDLE;
            }
            budget -= Math.max(came, 0);
        }
        Turn stop = flush();
        return stop != null ? stop : Turn.AGAIN;
    }

    /** Null once nothing is held any more. */
    private Turn flush() {
        try {
            while (head.hasRemaining()) {
                if (sink.write(head) == 0) {
                    return Turn.BLOCKED;
                }
            }
            while (conduit != null && conduit.held() > 0) {
                if (conduit.flush(sink) == 0) {
                    return Turn.BLOCKED;
                }
            }
            return null;
        } catch (IOException sinkBroken) {
            return Turn.SINK_BROKEN;
        }
    }

    private long fill(long portion) {
        if (conduit == null) {
            conduit = spliced ? pool.take() : pool.takeBuffer();
        }
        try {
            long came = conduit.fill(source, portion);
            if (came == Conduit.END) {
                ended = true;
            } else if (came > 0) {
                came(came);
            }
            return came;
        } catch (IOException sourceBroken) {
            ended = true;
            broken = true;
            return Conduit.END;
        }
    }

    private void came(long count) {
        bytes += count;
        if (shaped) {
            shaper.charge(count, nanoTime.getAsLong());
        }
    }

    private Turn hold() {
        if (shaper.exhausted()) {
            return Turn.EXHAUSTED;
        }
        pauseNanos = shaper.delayNanos(nanoTime.getAsLong());
        return pauseNanos > 0 ? Turn.PAUSED : null;
    }

    private Turn finish() {
        try {
            sink.shutdownOutput();
        } catch (IOException sinkBroken) {
            return Turn.SINK_BROKEN;
        }
        return broken ? Turn.SOURCE_BROKEN : Turn.ENDED;
    }

    private void release() {
        if (conduit != null) {
            pool.giveBack(conduit);
            conduit = null;
        }
    }
}
