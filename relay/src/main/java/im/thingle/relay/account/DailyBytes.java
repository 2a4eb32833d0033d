// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.account;

import java.util.concurrent.atomic.AtomicLong;

/** A ceiling on the bytes of one UTC day, shared by any number of streams. Safe from any thread. */
final class DailyBytes {
    private final long limitBytes;
    private final AtomicLong used = new AtomicLong();
    private final AtomicLong day;

    DailyBytes(long limitBytes, long epochDay) {
        this.limitBytes = limitBytes;
        this.day = new AtomicLong(epochDay);
    }

    /** Bytes left today; 0 or less: none. */
    long left(long epochDay) {
        return limitBytes - used(epochDay);
    }

    /** Bytes charged today. */
    long used(long epochDay) {
        long counted = day.get();
        if (counted != epochDay && day.compareAndSet(counted, epochDay)) {
            used.set(0);
        }
        return used.get();
    }

    /** For whoever has asked for {@link #left} just now. */
    void charge(long bytes) {
        used.addAndGet(bytes);
    }

    void charge(long bytes, long epochDay) {
        used(epochDay);
        used.addAndGet(bytes);
    }

    /** Whether today's count could be forgotten without letting anybody have more. */
    boolean unused(long epochDay) {
        return left(epochDay) >= limitBytes;
    }
}
