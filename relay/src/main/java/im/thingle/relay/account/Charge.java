// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.account;

import java.util.function.LongSupplier;

/**
 * What one session may do and has done on behalf of its account. The rate is paid for in advance, some packets at a
 * time, so that most packets cost one comparison and one subtraction; the day's bytes are booked a few times a second.
 * Confined to its event loop.
 */
public final class Charge implements AutoCloseable {
    /** So much of {@link RateLimit#portion}, a tenth of a second's worth, is paid for at once. */
    private static final int PORTIONS = 8;

    private final Account account;
    private final Traffic kind;
    private final LongSupplier epochDay;
    private long prepaid;
    private long booked;
    private boolean closed;

    Charge(Account account, Traffic kind, LongSupplier epochDay) {
        this.account = account;
        this.kind = kind;
        this.epochDay = epochDay;
    }

    /** Whether the account has a ceiling on its rate; if not, {@link #mayCarry} need not be asked. */
    public boolean limitsRate() {
        return account.rate != null;
    }

    /**
     * Whether the account's rate has room for a packet, which is then used up. A second's worth may come at once; files
     * of the same account wait meanwhile, so that a call goes before a file.
     */
    public boolean mayCarry(int bytes, long nowNanos) {
        if (bytes > prepaid) {
            return pay(bytes, nowNanos);
        }
        prepaid -= bytes;
        return true;
    }

    /** Books what the session has carried so far, both ways together: a few times a second and at its end. */
    public void carried(long totalBytes) {
        long more = totalBytes - booked;
        if (more <= 0) {
            return;
        }
        long today = epochDay.getAsLong();
        booked = totalBytes;
        account.moved(kind, more, today);
        if (account.day != null && kind != Traffic.FILE) {
            account.day.charge(more, today);
        }
    }

    /** Whether the account's bytes of the day are used up, which ends the session. */
    public boolean exhausted() {
        return account.day != null && account.exhausted(epochDay.getAsLong());
    }

    /** The session has ended. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            account.closed(kind);
        }
    }

    /** Null: no ceiling. */
    RateLimit rate() {
        return account.rate;
    }

    /** What a shaper is to book itself; null: nothing. */
    DailyBytes day() {
        return kind == Traffic.FILE ? account.day : null;
    }

    LongSupplier epochDay() {
        return epochDay;
    }

    private boolean pay(int bytes, long nowNanos) {
        if (account.rate == null) {
            return true;
        }
        long portion = Math.max(bytes - prepaid, account.rate.portion() / PORTIONS);
        if (!account.rate.take(portion, nowNanos)) {
            return false;
        }
        prepaid += portion - bytes;
        return true;
    }
}
