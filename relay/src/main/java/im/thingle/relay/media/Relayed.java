// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.account.Charge;

/**
 * What calls and channels have in common: a name, an account that is charged, and counts of what they have carried.
 * Confined to its event loop.
 *
 * @param <E> why it ends
 * @param <R> what is told of it
 */
abstract class Relayed<E, R> {
    private final String id;
    private final String account;
    private final Charge charge;
    private final RelayShard<?, E, R, ?> shard;
    private final long openedNanos;
    private long packetsDropped;
    // what the sums of all know already
    private long talliedBytes;
    private long talliedPackets;
    private long talliedDropped;

    /** @param charge of this account; closed with this */
    Relayed(String id, String account, RelayShard<?, E, R, ?> shard, Charge charge) {
        this.id = id;
        this.account = account;
        this.shard = shard;
        this.charge = charge;
        openedNanos = shard.now();
    }

    /** Payload that has moved, all directions together. */
    abstract long bytes();

    abstract long packets();

    /** Why it cannot go on; null: it can. */
    abstract E due(long nowNanos);

    /** @param reason null: it is open */
    abstract R report(E reason);

    /** Gives back the ports. */
    abstract void release();

    String id() {
        return id;
    }

    String account() {
        return account;
    }

    long now() {
        return shard.now();
    }

    void onFault(Throwable bug) {
        shard.onFault(bug);
    }

    /** Whether so much more is within the account's rate; books it if it is. */
    boolean mayCarry(int bytes) {
        return !charge.limitsRate() || charge.mayCarry(bytes, now());
    }

    /** The same for who knows the time. */
    boolean mayCarry(int bytes, long nowNanos) {
        return !charge.limitsRate() || charge.mayCarry(bytes, nowNanos);
    }

    /** Whether the account may carry nothing more today. */
    boolean exhausted() {
        return charge.exhausted();
    }

    void countDropped() {
        packetsDropped++;
    }

    long packetsDropped() {
        return packetsDropped;
    }

    long durationNanos() {
        return now() - openedNanos;
    }

    /** Adds to the sums, and to the account, what is new since the last time. */
    void tally(RelayTally tally) {
        long bytes = bytes();
        long packets = packets();
        charge.carried(bytes);
        tally.bytes.add(bytes - talliedBytes);
        tally.packets.add(packets - talliedPackets);
        tally.dropped.add(packetsDropped - talliedDropped);
        talliedBytes = bytes;
        talliedPackets = packets;
        talliedDropped = packetsDropped;
    }

    /** Gives back the ports and the place in the account. */
    final void close() {
        try {
            release();
        } finally {
            charge.close();
        }
    }
}
