// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.log;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Lets one line per key and period through and counts the rest, so that whoever floods the service cannot flood the
 * disk. Remembers a bounded number of keys; while that many are fresh, all further keys share one. Safe from any
 * thread.
 */
final class FloodGate {
    /** Answer of {@link #admit}: write nothing now. */
    static final long SUPPRESSED = -1;

    private static final Object OVERFLOW = new Object();
    private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int MOST_KEYS = 1000;

    private final long periodNanos;
    private final int mostKeys;
    private final LongSupplier clockNanos;
    private final Map<Object, Window> windows = new LinkedHashMap<>();

    private static final class Window {
        private final long openedNanos;
        private long suppressed;

        private Window(long openedNanos) {
            this.openedNanos = openedNanos;
        }
    }

    /** @param clockNanos monotonic, such as {@link System#nanoTime} */
    FloodGate(LongSupplier clockNanos) {
        this(PERIOD_NANOS, MOST_KEYS, clockNanos);
    }

    FloodGate(long periodNanos, int mostKeys, LongSupplier clockNanos) {
        this.periodNanos = periodNanos;
        this.mostKeys = mostKeys;
        this.clockNanos = clockNanos;
    }

    /** Writes the line if it is admitted, with a count of those held back before it. */
    void write(Object key, Supplier<LoggingEventBuilder> line) {
        var suppressed = admit(key, clockNanos.getAsLong());
        if (suppressed == 0) {
            line.get().log();
        } else if (suppressed != SUPPRESSED) {
            line.get().addKeyValue("suppressed", suppressed).log();
        }
    }

    /** Writes what went wrong inside Thingle itself. */
    void bug(Logger log, String where, Throwable fault) {
        write(List.of(where, fault.getClass()), () -> log.atError()
                .setMessage("a fault of Thingle's own; please report it with this trace")
                .addKeyValue("where", where)
                .setCause(fault));
    }

    /** How many lines of this key were held back before this one, or {@link #SUPPRESSED}. */
    synchronized long admit(Object wanted, long nowNanos) {
        var key = windows.containsKey(wanted) || windows.size() < mostKeys || dropStale(nowNanos) ? wanted : OVERFLOW;
        var window = windows.get(key);
        if (window != null && nowNanos - window.openedNanos < periodNanos) {
            window.suppressed++;
            return SUPPRESSED;
        }
        windows.remove(key);
        windows.put(key, new Window(nowNanos));
        return window == null ? 0 : window.suppressed;
    }

    /** Forgets the oldest window if it is over; windows stand in the order of their opening. */
    private boolean dropStale(long nowNanos) {
        var oldest = windows.entrySet().iterator().next();
        var stale = nowNanos - oldest.getValue().openedNanos >= periodNanos;
        if (stale) {
            windows.remove(oldest.getKey());
        }
        return stale;
    }
}
