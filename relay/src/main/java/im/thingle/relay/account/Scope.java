// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.account;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The same ceilings for each of many: every JID, say, or every address. Whoever has taken nothing costs nothing, except
 * where a day's bytes have to be remembered. Used while streams are set up, never per byte. Safe from any thread.
 */
public final class Scope {
    private static final class Share {
        int taken;
        RateLimit rate;
        DailyBytes day;
    }

    private final int limit;
    private final long bytesPerSecond;
    private final long bytesPerDay;
    private final LongSupplier epochDay;
    private final ConcurrentHashMap<Object, Share> usages = new ConcurrentHashMap<>();

    /**
     * @param limit how many each may have at a time; 0: any number
     * @param bytesPerSecond shared by all that one has; 0: no ceiling
     * @param bytesPerDay likewise
     * @param epochDay today, in days since 1970-01-01 UTC
     */
    public Scope(int limit, long bytesPerSecond, long bytesPerDay, LongSupplier epochDay) {
        this.limit = limit;
        this.bytesPerSecond = bytesPerSecond;
        this.bytesPerDay = bytesPerDay;
        this.epochDay = epochDay;
    }

    /** A ceiling on places alone. */
    public Scope(int limit) {
        this(limit, 0, 0, () -> 0);
    }

    /** Takes one for {@code who}; false if that would be one too many. */
    public boolean take(Object who, long nowNanos) {
        if (isUnlimited()) {
            return true;
        }
        boolean[] granted = {false};
        usages.compute(who, (key, known) -> {
            Share usage = known == null ? fresh(nowNanos) : known;
            if (limit == 0 || usage.taken < limit) {
                usage.taken++;
                granted[0] = true;
            }
            return usage;
        });
        return granted[0];
    }

    /**
     * Gives back one that {@link #take} granted. Where there is a rate, who has nothing left is remembered until it has
     * paid for what it moved: one that comes again at once finds its debt.
     */
    public void giveBack(Object who) {
        if (!isUnlimited()) {
            usages.computeIfPresent(who, (key, usage) -> {
                usage.taken--;
                return usage.rate == null && isForgettable(usage) ? null : usage;
            });
        }
    }

    /** Whether the day's bytes of {@code who} are used up. */
    public boolean exhausted(Object who) {
        Share usage = usages.get(who);
        return usage != null && usage.day != null && usage.day.left(today()) <= 0;
    }

    /** Forgets those who have nothing and owe nothing, and whose day is over; to be called now and then. */
    public void forgetIdle(long nowNanos) {
        for (Object who : usages.keySet()) {
            usages.computeIfPresent(
                    who,
                    (key, usage) -> (usage.rate == null || usage.rate.isRested(nowNanos)) && isForgettable(usage)
                            ? null
                            : usage);
        }
    }

    /** How many are remembered. */
    int remembered() {
        return usages.size();
    }

    /** The shaper of a stream that has taken one from each of the scopes, with a ceiling of its own on top. */
    public static Shaper shaper(long ownBytesPerSecond, List<Scope> scopes, List<?> whos, long nowNanos) {
        List<RateLimit> rates = new ArrayList<>();
        List<DailyBytes> days = new ArrayList<>();
        if (ownBytesPerSecond > 0) {
            rates.add(new RateLimit(ownBytesPerSecond, nowNanos));
        }
        for (int i = 0; i < scopes.size(); i++) {
            Share usage = scopes.get(i).usages.get(whos.get(i));
            if (usage != null && usage.rate != null) {
                rates.add(usage.rate);
            }
            if (usage != null && usage.day != null) {
                days.add(usage.day);
            }
        }
        if (rates.isEmpty() && days.isEmpty()) {
            return Shaper.UNLIMITED;
        }
        return new Shaper(rates, days, scopes.getFirst().epochDay);
    }

    private Share fresh(long nowNanos) {
        Share usage = new Share();
        usage.rate = bytesPerSecond > 0 ? new RateLimit(bytesPerSecond, nowNanos) : null;
        usage.day = bytesPerDay > 0 ? new DailyBytes(bytesPerDay, today()) : null;
        return usage;
    }

    private boolean isForgettable(Share usage) {
        return usage.taken == 0 && (usage.day == null || usage.day.unused(today()));
    }

    private boolean isUnlimited() {
        return limit == 0 && bytesPerSecond == 0 && bytesPerDay == 0;
    }

    private long today() {
        return epochDay.getAsLong();
    }
}
