// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.net;

import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayList;
import java.util.List;

/**
 * The edges of a loop's turns, for whoever gathers work during a turn to do it all at its end, or wants the loop to
 * look up at a certain time without a timer's garbage. Confined to its event loop.
 */
public final class LoopTurns {
    /** What happens at the edges. Confined to its event loop. */
    public interface Edges {
        /** The loop's tasks have run; it is about to look for what is ready, and perhaps to wait. */
        void turnBegins();

        /** What was ready has been served. */
        void turnEnds();

        /** How long the loop may wait at most, in nanoseconds from {@link #turnBegins()}; negative: forever. */
        default long mostWaitNanos() {
            return -1;
        }
    }

    private static final FastThreadLocal<LoopTurns> OF_THIS_LOOP = new FastThreadLocal<>() {
        @Override
        protected LoopTurns initialValue() {
            return new LoopTurns();
        }
    };

    private final List<Edges> all = new ArrayList<>();
    private Edges[] current = {};

    private LoopTurns() {}

    /** The turns of the current thread, which has to be a loop of {@link EventLoops}. */
    public static LoopTurns ofThisLoop() {
        return OF_THIS_LOOP.get();
    }

    public void add(Edges edges) {
        all.add(edges);
        current = all.toArray(Edges[]::new);
    }

    public void remove(Edges edges) {
        all.remove(edges);
        current = all.toArray(Edges[]::new);
    }

    void begin() {
        for (Edges edges : current) {
            try {
                edges.turnBegins();
            } catch (RuntimeException | Error bug) {
                report(bug);
            }
        }
    }

    void end() {
        for (Edges edges : current) {
            try {
                edges.turnEnds();
            } catch (RuntimeException | Error bug) {
                report(bug);
            }
        }
    }

    /** The bug of one must not end the loop, which is everybody's. */
    private static void report(Throwable bug) {
        Thread loop = Thread.currentThread();
        loop.getUncaughtExceptionHandler().uncaughtException(loop, bug);
    }

    /** The shortest wait that anybody wants; negative: none. */
    long mostWaitNanos() {
        long most = -1;
        for (Edges edges : current) {
            long wanted = edges.mostWaitNanos();
            if (wanted >= 0 && (most < 0 || wanted < most)) {
                most = wanted;
            }
        }
        return most;
    }
}
