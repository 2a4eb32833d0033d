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
 * A loop's I/O with two classes: whatever is quiet is served whenever it is ready, {@link BusySockets} in between, a short
 * while at a time (decisions/0007). Confined to its event loop, but for {@link #wakeup()}.
 */
final class QuietFirst implements IoHandler {
    /** The loop's context, except that a loop with bulk at hand must not wait for anything else. */
    private final class Eager implements IoHandlerContext {
        private IoHandlerContext context;

        @Override
        public boolean canBlock() {
            return !busy.isPending() && context.canBlock();
        }

        @Override
        public long delayNanos(long currentTimeNanos) {
            return context.delayNanos(currentTimeNanos);
        }

        @Override
        public long deadlineNanos() {
            return context.deadlineNanos();
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
    }

    @Override
    public int run(IoHandlerContext context) {
        eager.context = context;
        int handled = quiet.run(eager);
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
