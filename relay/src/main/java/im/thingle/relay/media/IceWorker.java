// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * One thread, there while it is needed, on which ice4j is told things: it takes locks and computes, which is nothing
 * for an event loop. What is given to it is done in that order. Safe from any thread.
 */
final class IceWorker implements AutoCloseable {
    private static final long IDLE_SECONDS = 60;

    private final ThreadPoolExecutor thread;
    private final CallEvents events;

    IceWorker(CallEvents events) {
        this.events = events;
        thread = new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name("thingle-ice").daemon().factory());
        thread.allowCoreThreadTimeOut(true);
    }

    void execute(Runnable task) {
        try {
            thread.execute(() -> run(task));
        } catch (RejectedExecutionException closed) {
            // the service is gone, and with it all that this was about
        }
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error bug) {
            events.bug("ice", bug);
        }
    }

    /** Does what was given to it, and nothing any more. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            thread.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
