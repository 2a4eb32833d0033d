// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.net;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.util.concurrent.ThreadAwareExecutor;

/**
 * A loop's I/O with two classes: whatever is quiet is served whenever it is ready, {@link BusySockets} in between, a
 * short while at a time (decisions/0007). The edges of {@link LoopTurns} are around the quiet. Confined to its event
 * loop, but for {@link #wakeup()}.
 */
final class QuietFirst implements IoHandler {
    /**
     * The loop's context, except that a loop with bulk at hand must not wait, and others have a say in how long it may.
     */
    private final class Eager implements IoHandlerContext {
        private IoHandlerContext context;
        private long mostWaitNanos;

        @Override
        public boolean canBlock() {
            return !busy.isPending() && context.canBlock();
        }

        @Override
        public long delayNanos(long currentTimeNanos) {
            long delay = context.delayNanos(currentTimeNanos);
            return mostWaitNanos < 0 ? delay : Math.min(delay, mostWaitNanos);
        }

        @Override
        public long deadlineNanos() {
            // any new value: an old one would leave the wait as it was set
            return mostWaitNanos < 0 ? context.deadlineNanos() : System.nanoTime();
        }

        @Override
        public void reportActiveIoTime(long activeNanos) {
            context.reportActiveIoTime(activeNanos);
        }

        @Override
        public boolean shouldReportActiveIoTime() {
            return context.shouldReportActiveIoTime();
        }
    }

    private final IoHandler quiet;
    private final Eager eager = new Eager();
    private BusySockets busy;
    private LoopTurns turns;

    private QuietFirst(IoHandler quiet) {
        this.quiet = quiet;
    }

    /** Makes what {@code epoll} makes, with a second class. */
    static IoHandlerFactory over(IoHandlerFactory epoll) {
        return (ThreadAwareExecutor loop) -> new QuietFirst(epoll.newHandler(loop));
    }

    @Override
    public void initialize() {
        quiet.initialize();
        busy = BusySockets.ofThisLoop();
        turns = LoopTurns.ofThisLoop();
    }

    @Override
    public int run(IoHandlerContext context) {
        eager.context = context;
        turns.begin();
        eager.mostWaitNanos = turns.mostWaitNanos();
        int handled = quiet.run(eager);
        turns.end();
        busy.serve();
        return handled;
    }

    @Override
    public void prepareToDestroy() {
        quiet.prepareToDestroy();
    }

    @Override
    public void destroy() {
        quiet.destroy();
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return quiet.register(handle);
    }

    @Override
    public void wakeup() {
        quiet.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return quiet.isCompatible(handleType);
    }
}
