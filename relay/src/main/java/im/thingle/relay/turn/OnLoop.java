// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import io.netty.channel.IoEventLoop;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.concurrent.Callable;

/** Has something done on an event loop and waits for it, while a service starts. Safe from any thread. */
final class OnLoop {
    private OnLoop() {}

    /**
     * @throws IOException what the task threw
     */
    static <T> T call(IoEventLoop loop, Callable<T> task) throws IOException {
        Future<T> done = loop.submit(task).awaitUninterruptibly();
        Throwable cause = done.cause();
        if (cause instanceof IOException failed) {
            throw failed;
        }
        if (cause != null) {
            throw new IllegalStateException(cause);
        }
        return done.getNow();
    }
}
