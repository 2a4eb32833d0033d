// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.echo;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many bytes an account may still send: a bucket for each that fills within an hour. When the table is full, it
 * forgets the account that was silent for longest. Confined to its event loop.
 */
final class HourlyBytes {
    static final int MOST_ACCOUNTS = 10_000;

    private static final double HOUR_NANOS = 3_600e9;

    private final long perHour;
    private final Map<String, Spent> accounts = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Spent> eldest) {
            return size() > MOST_ACCOUNTS;
        }
    };

    private record Spent(double bytes, long atNanos) {}

    /** @param perHour 0: no limit */
    HourlyBytes(long perHour) {
        this.perHour = perHour;
    }

    /** Whether the account may send so many now. */
    boolean allows(String account, long bytes, long nowNanos) {
        return perHour == 0 || spent(account, nowNanos) + bytes <= perHour;
    }

    /** Counts what an account has sent. */
    void spend(String account, long bytes, long nowNanos) {
        if (perHour > 0) {
            accounts.put(account, new Spent(spent(account, nowNanos) + bytes, nowNanos));
        }
    }

    private double spent(String account, long nowNanos) {
        Spent spent = accounts.get(account);
        return spent == null ? 0 : Math.max(0, spent.bytes() - (nowNanos - spent.atNanos()) / HOUR_NANOS * perHour);
    }
}
