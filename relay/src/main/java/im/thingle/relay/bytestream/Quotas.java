// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import im.thingle.relay.account.Accounts;
import im.thingle.relay.account.Charge;
import im.thingle.relay.account.Network;
import im.thingle.relay.account.Refusal;
import im.thingle.relay.account.Scope;
import im.thingle.relay.account.Shaper;
import im.thingle.relay.account.Traffic;
import java.net.InetAddress;
import java.util.List;
import java.util.function.LongSupplier;

/** The limits of {@link BytestreamLimits} at work, for all event loops together. Safe from any thread. */
final class Quotas {
    private static final Object EVERYBODY = "everybody";

    /** A stream's place under all ceilings, to be released once. */
    final class Lease {
        private final String account;
        private final Network first;
        private final Network second;
        private final Charge charge;
        private final Shaper shaper;

        private Lease(String account, Network first, Network second, Charge charge, Shaper shaper) {
            this.account = account;
            this.first = first;
            this.second = second;
            this.charge = charge;
            this.shaper = shaper;
        }

        Shaper shaper() {
            return shaper;
        }

        /** Tells the account what the stream has carried so far. */
        void carried(long totalBytes) {
            charge.carried(totalBytes);
        }

        void release() {
            charge.close();
            everybody.giveBack(EVERYBODY);
            perJid.giveBack(account);
            perAddress.giveBack(first);
            perAddress.giveBack(second);
        }
    }

    private final long ratePerStream;
    private final Accounts accounts;
    private final Scope everybody;
    private final Scope perJid;
    private final Scope perAddress;
    private final Scope parked;
    private final Scope parkedPerAddress;

    /** @param accounts what each account may move, here and elsewhere */
    Quotas(BytestreamLimits limits, Accounts accounts, LongSupplier epochDay) {
        this.accounts = accounts;
        ratePerStream = limits.ratePerStream();
        everybody = new Scope(limits.streams(), limits.rate(), limits.bytesPerDay(), epochDay);
        perJid = new Scope(limits.streamsPerJid(), 0, 0, epochDay);
        perAddress =
                new Scope(limits.streamsPerAddress(), limits.ratePerAddress(), limits.bytesPerDayPerAddress(), epochDay);
        parked = new Scope(limits.parked(), 0, 0, epochDay);
        parkedPerAddress = new Scope(limits.parkedPerAddress(), 0, 0, epochDay);
    }

    /** Counts a socket that is no active stream's yet. Null if it may stay. */
    Refusal admitSocket(InetAddress address, long nowNanos) {
        if (!parked.take(EVERYBODY, nowNanos)) {
            return Refusal.PARKED_TOTAL;
        }
        if (!parkedPerAddress.take(Network.of(address), nowNanos)) {
            parked.giveBack(EVERYBODY);
            return Refusal.PARKED_PER_ADDRESS;
        }
        return null;
    }

    /** Uncounts a socket that has become a stream's or is gone. */
    void releaseSocket(InetAddress address) {
        parked.giveBack(EVERYBODY);
        parkedPerAddress.giveBack(Network.of(address));
    }

    /** Why a stream of these may not start; null if it may, and then {@link #lease} is due. */
    Refusal admitStream(String account, InetAddress first, InetAddress second, long nowNanos) {
        Network one = Network.of(first);
        Network two = Network.of(second);
        if (everybody.exhausted(EVERYBODY)
                || accounts.exhausted(account)
                || perAddress.exhausted(one)
                || perAddress.exhausted(two)) {
            return Refusal.BYTES_PER_DAY;
        }
        if (!everybody.take(EVERYBODY, nowNanos)) {
            return Refusal.STREAMS_TOTAL;
        }
        if (!perJid.take(account, nowNanos)) {
            everybody.giveBack(EVERYBODY);
            return Refusal.STREAMS_PER_JID;
        }
        if (!perAddress.take(one, nowNanos)) {
            everybody.giveBack(EVERYBODY);
            perJid.giveBack(account);
            return Refusal.STREAMS_PER_ADDRESS;
        }
        if (!perAddress.take(two, nowNanos)) {
            everybody.giveBack(EVERYBODY);
            perJid.giveBack(account);
            perAddress.giveBack(one);
            return Refusal.STREAMS_PER_ADDRESS;
        }
        return null;
    }

    /** The lease of a stream that {@link #admitStream} let in. */
    Lease lease(String account, InetAddress first, InetAddress second, long nowNanos) {
        Network one = Network.of(first);
        Network two = Network.of(second);
        List<Scope> scopes = List.of(everybody, perAddress, perAddress);
        List<Object> whos = List.of(EVERYBODY, one, two);
        // both legs behind one address share that address's one ceiling, and pay once
        int distinct = one.equals(two) ? 2 : 3;
        Charge charge = accounts.open(account, Traffic.FILE, nowNanos);
        Shaper shaper = Scope.shaper(ratePerStream, scopes.subList(0, distinct), whos.subList(0, distinct), nowNanos)
                .under(charge);
        return new Lease(account, one, two, charge, shaper);
    }

    /** Forgets accounts that owe nothing; to be called now and then. */
    void forgetIdle(long nowNanos) {
        accounts.forgetIdle(nowNanos);
        everybody.forgetIdle(nowNanos);
        perAddress.forgetIdle(nowNanos);
    }
}
