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
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** The limits of {@link BytestreamLimits} at work, for all event loops together. Safe from any thread. */
final class Quotas {
    private static final Object EVERYBODY = "everybody";

    /** A stream's place under all ceilings, to be released once. */
    final class Lease {
        private final String account;
        private final List<Network> networks;
        private final Charge charge;
        private final Shaper shaper;

        private Lease(String account, List<Network> networks, Charge charge, Shaper shaper) {
            this.account = account;
            this.networks = networks;
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
            networks.forEach(perAddress::giveBack);
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
                new Scope(limits.streamsPerAddress(), limits.ratePerAddress(),
                        limits.bytesPerDayPerAddress(), epochDay);
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

    /**
     * Why a stream of this account may not start; null if it may, and then {@link #lease} is due.
     *
     * @param legs where its sockets come from, two or one
     */
    Refusal admitStream(String account, List<InetAddress> legs, long nowNanos) {
        List<Network> networks = networks(legs);
        if (everybody.exhausted(EVERYBODY)
                || accounts.exhausted(account)
                || networks.stream().anyMatch(perAddress::exhausted)) {
            return Refusal.BYTES_PER_DAY;
        }
        if (!everybody.take(EVERYBODY, nowNanos)) {
            return Refusal.STREAMS_TOTAL;
        }
        if (!perJid.take(account, nowNanos)) {
            everybody.giveBack(EVERYBODY);
            return Refusal.STREAMS_PER_JID;
        }
        for (int i = 0; i < networks.size(); i++) {
            if (!perAddress.take(networks.get(i), nowNanos)) {
                everybody.giveBack(EVERYBODY);
                perJid.giveBack(account);
                networks.subList(0, i).forEach(perAddress::giveBack);
                return Refusal.STREAMS_PER_ADDRESS;
            }
        }
        return null;
    }

    /** The lease of a stream that {@link #admitStream} let in. */
    Lease lease(String account, List<InetAddress> legs, long nowNanos) {
        List<Network> networks = networks(legs);
        List<Scope> scopes = new ArrayList<>(List.of(everybody));
        List<Object> whos = new ArrayList<>(List.of(EVERYBODY));
        // legs behind one address share that address's one ceiling, and pay once
        networks.stream().distinct().forEach(network -> {
            scopes.add(perAddress);
            whos.add(network);
        });
        Charge charge = accounts.open(account, Traffic.FILE, nowNanos);
        Shaper shaper = Scope.shaper(ratePerStream, scopes, whos, nowNanos).under(charge);
        return new Lease(account, networks, charge, shaper);
    }

    /** Forgets accounts that owe nothing; to be called now and then. */
    void forgetIdle(long nowNanos) {
        accounts.forgetIdle(nowNanos);
        everybody.forgetIdle(nowNanos);
        perAddress.forgetIdle(nowNanos);
    }

    private static List<Network> networks(List<InetAddress> legs) {
        return legs.stream().map(Network::of).toList();
    }
}
