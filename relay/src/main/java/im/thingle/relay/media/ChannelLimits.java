// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.account.Accounts;
import im.thingle.relay.account.Charge;
import im.thingle.relay.account.Scope;
import im.thingle.relay.account.Shaper;
import im.thingle.relay.account.Traffic;

/** How many channels there may be, for all event loops together. Safe from any thread. */
final class ChannelLimits {
    private static final Object EVERYBODY = "everybody";

    private final Scope everybody;
    private final Scope perAccount;
    private final Accounts accounts;
    private final long bytesPerSecond;

    /** @param accounts what each account may move, here and elsewhere */
    ChannelLimits(ChannelSettings settings, Accounts accounts) {
        this.accounts = accounts;
        everybody = new Scope(settings.channels());
        perAccount = new Scope(settings.channelsPerJid());
        bytesPerSecond = settings.bytesPerSecond();
    }

    /** Takes one; null, or why there can be none, and then nothing is taken. */
    ChannelRefusal take(String account, long nowNanos) {
        if (accounts.exhausted(account)) {
            return ChannelRefusal.BYTES_PER_DAY;
        }
        if (!everybody.take(EVERYBODY, nowNanos)) {
            return ChannelRefusal.CHANNELS_TOTAL;
        }
        if (!perAccount.take(account, nowNanos)) {
            everybody.giveBack(EVERYBODY);
            return ChannelRefusal.CHANNELS_PER_JID;
        }
        return null;
    }

    /** Gives back what {@link #take} took. */
    void giveBack(String account) {
        everybody.giveBack(EVERYBODY);
        perAccount.giveBack(account);
    }

    /** What an account is charged for a channel; to be closed. */
    Charge charge(String account, long nowNanos) {
        return accounts.open(account, Traffic.CHANNEL, nowNanos);
    }

    /** The ceiling of one channel. */
    Shaper shaper(long nowNanos) {
        return Shaper.of(bytesPerSecond, nowNanos);
    }
}
