// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.account;

import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The accounts of all who use the relay, with one rate and one day's bytes for the files, calls and channels of each
 * (decisions/0012). An account is a bare JID, or the name of a TURN user that is none. Used while sessions are set up
 * and a few times a second, never per packet. Safe from any thread.
 */
public final class Accounts {
    private final long bytesPerSecond;
    private final long bytesPerDay;
    private final LongSupplier epochDay;
    private final ConcurrentHashMap<String, Account> accounts = new ConcurrentHashMap<>();

    /**
     * @param bytesPerSecond of one account, both ways of all it has; 0: no ceiling
     * @param bytesPerDay likewise
     * @param epochDay today, in days since 1970-01-01 UTC
     */
    public Accounts(long bytesPerSecond, long bytesPerDay, LongSupplier epochDay) {
        this.bytesPerSecond = bytesPerSecond;
        this.bytesPerDay = bytesPerDay;
        this.epochDay = epochDay;
    }

    /** Begins a session of this account, to be closed once. Whether its day is used up is asked before. */
    public Charge open(String name, Traffic kind, long nowNanos) {
        Account account = accounts.compute(name, (key, known) -> {
            Account opened = known == null ? fresh(nowNanos) : known;
            opened.opened(kind);
            return opened;
        });
        return new Charge(account, kind, epochDay);
    }

    /** Whether the day's bytes of this account are used up. */
    public boolean exhausted(String name) {
        Account account = bytesPerDay == 0 ? null : accounts.get(name);
        return account != null && account.exhausted(epochDay.getAsLong());
    }

    /** What this account has now and has moved today; up to a second old. */
    public Usage usage(String name) {
        Account account = accounts.get(name);
        return account == null ? Usage.NONE : account.usage(epochDay.getAsLong());
    }

    /** What an account may move in a day; 0: no ceiling. */
    public long bytesPerDay() {
        return bytesPerDay;
    }

    /** Forgets those who have nothing and owe nothing; to be called now and then. */
    public void forgetIdle(long nowNanos) {
        long today = epochDay.getAsLong();
        for (String name : accounts.keySet()) {
            accounts.computeIfPresent(name, (key, account) -> account.forgettable(today, nowNanos) ? null : account);
        }
    }

    /** How many there are to be remembered. */
    int remembered() {
        return accounts.size();
    }

    private Account fresh(long nowNanos) {
        long today = epochDay.getAsLong();
        return new Account(
                bytesPerSecond > 0 ? new RateLimit(bytesPerSecond, nowNanos) : null,
                bytesPerDay > 0 ? new DailyBytes(bytesPerDay, today) : null,
                today);
    }
}
