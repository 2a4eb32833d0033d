// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.account.Accounts;
import im.thingle.relay.account.Charge;
import im.thingle.relay.account.Scope;
import im.thingle.relay.account.Traffic;

/** How many calls there may be, for all event loops together. Safe from any thread. */
final class CallLimits {
    private static final Object EVERYBODY = "everybody";

    private final Scope everybody;
    private final Scope perAccount;
    private final Accounts accounts;

    /** @param accounts what each account may move, here and elsewhere */
    CallLimits(CallSettings settings, Accounts accounts) {
        this.accounts = accounts;
        everybody = new Scope(settings.calls());
        perAccount = new Scope(settings.callsPerJid());
    }

    /** Takes one; null, or why there can be none, and then nothing is taken. */
    CallRefusal take(String account, long nowNanos) {
        if (accounts.exhausted(account)) {
            return CallRefusal.BYTES_PER_DAY;
        }
        if (!everybody.take(EVERYBODY, nowNanos)) {
            return CallRefusal.CALLS_TOTAL;
        }
        if (!perAccount.take(account, nowNanos)) {
            everybody.giveBack(EVERYBODY);
            return CallRefusal.CALLS_PER_JID;
        }
        return null;
    }

    /** Gives back what {@link #take} took. */
    void giveBack(String account) {
        everybody.giveBack(EVERYBODY);
        perAccount.giveBack(account);
    }

    /** What an account is charged for a call; to be closed. */
    Charge charge(String account, long nowNanos) {
        return accounts.open(account, Traffic.CALL, nowNanos);
    }
}
