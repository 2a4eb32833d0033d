// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.account;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * How much one stream may read next, given every ceiling it lives under. It only ever holds back reading, which the
 * kernel turns into back-pressure on the sender; so it serves spliced bytes as well as copied ones. Safe from any
 * thread.
 */
public final class Shaper {
    /** No ceiling. */
    public static final Shaper UNLIMITED = new Shaper(List.of(), List.of(), () -> 0);

    private final RateLimit[] rates;
    private final DailyBytes[] days;
    private final LongSupplier epochDay;

    Shaper(List<RateLimit> rates, List<DailyBytes> days, LongSupplier epochDay) {
        this.rates = rates.toArray(RateLimit[]::new);
        this.days = days.toArray(DailyBytes[]::new);
        this.epochDay = epochDay;
    }

    /** A ceiling on bytes per second for whatever shares this shaper; 0: no ceiling. */
    public static Shaper of(long bytesPerSecond, long nowNanos) {
        return bytesPerSecond == 0
                ? UNLIMITED
                : new Shaper(List.of(new RateLimit(bytesPerSecond, nowNanos)), List.of(), () -> 0);
    }

    /** The same under the ceilings of an account too. */
    public Shaper under(Charge charge) {
        if (charge.rate() == null && charge.day() == null) {
            return this;
        }
        return new Shaper(with(rates, charge.rate()), with(days, charge.day()), charge.epochDay());
    }

    /** Whether there is any ceiling; if not, nothing else needs to be asked. */
    public boolean limits() {
        return rates.length + days.length > 0;
    }

    /** Whether a day's bytes are used up, which ends the stream. */
    public boolean exhausted() {
        return leftToday() <= 0;
    }

    /** How long to wait before the next read; 0: not at all. */
    public long delayNanos(long nowNanos) {
        long delay = 0;
        for (RateLimit rate : rates) {
            delay = Math.max(delay, rate.delayNanos(nowNanos));
        }
        return delay;
    }

    /** The most to read at once, in bytes. */
    public long portion() {
        long portion = Math.max(1, leftToday());
        for (RateLimit rate : rates) {
            portion = Math.min(portion, rate.portion());
        }
        return portion;
    }

    /** Books bytes that were read. */
    public void charge(long bytes, long nowNanos) {
        for (RateLimit rate : rates) {
            rate.charge(bytes, nowNanos);
        }
        for (DailyBytes day : days) {
            day.charge(bytes);
        }
    }

    private static <T> List<T> with(T[] some, T moreOrNull) {
        List<T> all = new ArrayList<>(List.of(some));
        if (moreOrNull != null) {
            all.add(moreOrNull);
        }
        return all;
    }

    private long leftToday() {
        long left = Long.MAX_VALUE;
        if (days.length > 0) {
            long today = epochDay.getAsLong();
            for (DailyBytes day : days) {
                left = Math.min(left, day.left(today));
            }
        }
        return left;
    }
}
