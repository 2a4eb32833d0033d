// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import im.thingle.relay.account.CloseReason;
import im.thingle.relay.net.StreamSocket;
import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;

/**
 * Carries the bytes of an active bytestream both ways until both directions are over. It never changes a byte and never
 * looks at one. Confined to its event loop.
 */
public final class Pump implements Carrier {
    /** One socket's end: hears of readiness, and owns the direction that starts at it. */
    private final class End implements StreamSocket.Listener, Runnable {
        private final Flow flow;
        private End opposite;
        private boolean scheduled;

        End(Flow flow) {
            this.flow = flow;
        }

        @Override
        public void onReady(boolean readable, boolean writable, boolean hangUp) {
            if (readable && flow.turn() != Flow.Turn.BLOCKED) {
                drive();
            }
            if (writable && opposite.flow.turn() == Flow.Turn.BLOCKED) {
                opposite.drive();
            }
        }

        @Override
        public void onFault(Throwable bug) {
            owner.bug(bug);
            finish(CloseReason.FAULT);
        }

        @Override
        public void run() {
            scheduled = false;
            try {
                drive();
            } catch (RuntimeException | Error bug) {
                onFault(bug);
            }
        }

        private void drive() {
            if (scheduled || flow.isOver() || closed) {
                return;
            }
            switch (flow.run()) {
                case IDLE, BLOCKED -> {}
                case AGAIN -> flow.source().tellAgain();
                case PAUSED -> {
                    scheduled = true;
                    loop.schedule(this, flow.pauseNanos(), TimeUnit.NANOSECONDS);
                }
                case EXHAUSTED -> finish(CloseReason.BYTES_PER_DAY);
                case ENDED -> over();
                case SOURCE_BROKEN -> {
                    reason = CloseReason.RESET;
                    opposite.flow.abandon();
                    over();
                }
                case SINK_BROKEN -> {
                    // what the broken side sent before it broke is still to be delivered
                    reason = CloseReason.RESET;
                    opposite.drive();
                    over();
                }
            }
            tellInterest();
            opposite.tellInterest();
            if (!busy && !closed && flow.bytes() >= BUSY_BYTES) {
                busy = true;
                flow.source().busy();
                flow.sink().busy();
            }
        }

        // for transports that must be told: read unless the direction waits for something else
        private void tellInterest() {
            boolean reads = flow.turn() == Flow.Turn.IDLE || flow.turn() == Flow.Turn.AGAIN;
            if (!closed) {
                flow.source().await(reads, opposite.flow.turn() == Flow.Turn.BLOCKED);
            }
        }
    }

    /** Told of the end, once. */
    public interface Owner {
        /** Both directions are over, or were ended by {@link Pump#finish}. */
        void over(CloseReason why);

        /** A bug ended it; {@link #over} follows. */
        void bug(Throwable fault);
    }

    /** From so many bytes on a direction is bulk, and the others go first. */
    private static final long BUSY_BYTES = 1 << 20;

    private final EventLoop loop;
    private final End first;
    private final End second;
    private final Owner owner;
    private CloseReason reason = CloseReason.COMPLETED;
    private boolean busy;
    private boolean closed;

    public Pump(EventLoop loop, Flow fromFirst, Flow fromSecond, Owner owner) {
        this.loop = loop;
        this.owner = owner;
        first = new End(fromFirst);
        second = new End(fromSecond);
        first.opposite = second;
        second.opposite = first;
    }

    /** Takes the sockets over and moves what already waits in them. */
    @Override
    public void start() {
        if (closed) {
            return;
        }
        first.flow.source().listener(first);
        second.flow.source().listener(second);
        first.run();
        second.run();
    }

    @Override
    public long bytesFromFirst() {
        return first.flow.bytes();
    }

    @Override
    public long bytesFromSecond() {
        return second.flow.bytes();
    }

    /** Whether one direction is over and the other has nothing under way. */
    @Override
    public boolean isHalfClosed() {
        return first.flow.isOver() && second.flow.turn() != Flow.Turn.BLOCKED
                || second.flow.isOver() && first.flow.turn() != Flow.Turn.BLOCKED;
    }

    /** Ends both directions now, with what is under way in them, and tells why. */
    @Override
    public void finish(CloseReason why) {
        if (!closed) {
            closed = true;
            first.flow.abandon();
            second.flow.abandon();
            owner.over(why);
        }
    }

    private void over() {
        if (first.flow.isOver() && second.flow.isOver()) {
            finish(reason);
        }
    }
}
