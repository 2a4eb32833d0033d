// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.account;

import java.util.concurrent.atomic.AtomicIntegerArray;

/** What all that one account has shares: a rate, a day's bytes, and the counts of both. Safe from any thread. */
final class Account {
    private static final int KINDS = Traffic.values().length;

    /** Null: no ceiling. */
    final RateLimit rate;
    /** Null: no ceiling. */
    final DailyBytes day;
    private final AtomicIntegerArray open = new AtomicIntegerArray(KINDS);
    private final DailyBytes[] moved = new DailyBytes[KINDS];

    Account(RateLimit rate, DailyBytes day, long epochDay) {
        this.rate = rate;
        this.day = day;
        for (int i = 0; i < KINDS; i++) {
            moved[i] = new DailyBytes(Long.MAX_VALUE, epochDay);
        }
    }

    void opened(Traffic kind) {
        open.incrementAndGet(kind.ordinal());
    }

    void closed(Traffic kind) {
        open.decrementAndGet(kind.ordinal());
    }

    void moved(Traffic kind, long bytes, long epochDay) {
        moved[kind.ordinal()].charge(bytes, epochDay);
    }

    boolean exhausted(long epochDay) {
        return day != null && day.left(epochDay) <= 0;
    }

    Usage usage(long epochDay) {
        return new Usage(open(Traffic.FILE), open(Traffic.CALL), open(Traffic.CHANNEL), used(Traffic.FILE, epochDay),
                used(Traffic.CALL, epochDay), used(Traffic.CHANNEL, epochDay));
    }

    private int open(Traffic kind) {
        return open.get(kind.ordinal());
    }

    private long used(Traffic kind, long epochDay) {
        return moved[kind.ordinal()].used(epochDay);
    }

    /** Whether it could be made anew without anybody having more for it or knowing less. */
    boolean forgettable(long epochDay, long nowNanos) {
        Usage usage = usage(epochDay);
        return usage.files() + usage.calls() + usage.channels() == 0
                && usage.bytes() == 0
                && (day == null || day.unused(epochDay))
                && (rate == null || rate.isRested(nowNanos));
    }
}
