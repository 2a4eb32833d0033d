// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.account.Accounts;
import im.thingle.relay.account.Charge;
import im.thingle.relay.account.Scope;

/** How many of a kind there may be, for all event loops together. Safe from any thread. */
final class RelayLimits<F> {
    private static final Object EVERYBODY = "everybody";

    private final RelayKind<?, F> kind;
    private final Scope everybody;
    private final Scope perAccount;
    private final Accounts accounts;

    /**
     * @param all in all; 0: any number
     * @param perJid of one bare JID; 0: any number
     * @param accounts what each account may move, here and elsewhere
     */
    RelayLimits(RelayKind<?, F> kind, int all, int perJid, Accounts accounts) {
        this.kind = kind;
        this.accounts = accounts;
        everybody = new Scope(all);
        perAccount = new Scope(perJid);
    }

    /** Takes one; null, or why there can be none, and then nothing is taken. */
    F take(String account, long nowNanos) {
        if (accounts.exhausted(account)) {
            return kind.bytesPerDay();
        }
        if (!everybody.take(EVERYBODY, nowNanos)) {
            return kind.total();
        }
        if (!perAccount.take(account, nowNanos)) {
            everybody.giveBack(EVERYBODY);
            return kind.perAccount();
        }
        return null;
    }

    /** Gives back what {@link #take} took. */
    void giveBack(String account) {
        everybody.giveBack(EVERYBODY);
        perAccount.giveBack(account);
    }

    /** What an account is charged for one; to be closed. */
    Charge charge(String account, long nowNanos) {
        return accounts.open(account, kind.traffic(), nowNanos);
    }
}
