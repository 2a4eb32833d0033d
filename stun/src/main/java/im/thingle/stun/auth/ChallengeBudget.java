// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.auth;

import im.thingle.stun.attribute.TransportAddress;

/**
 * How many refusals the network of a client gets (IPv4 /24, IPv6 /64) before it gets silence, so that nobody makes the
 * server shout at somebody whose address he put on his packets. A token bucket for each network in a table of fixed
 * size: kept is only when the bucket would be full again. A network for which there is no room takes over the bucket of
 * that of its neighbours that is fullest, with what is missing in it. Loopback is free: nobody outside can pose as it.
 * Confined to its event loop.
 */
public final class ChallengeBudget {
    /** Refusals a second by default. */
    public static final int DEFAULT_PER_SECOND = 50;
    /** Refusals at once by default. */
    public static final int DEFAULT_BURST = 250;

    private static final int SLOTS = 4096;
    private static final int PROBES = 8;
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final long seed;
    private final long costNanos;
    private final long burstNanos;
    private final long[] networks = new long[SLOTS];
    private final long[] fullAtNanos = new long[SLOTS];
    private long silenced;

    /**
     * A budget for every network.
     *
     * @param perSecond refusals a second in the long run; 0: no limit
     * @param burst refusals at once after a pause
     * @param seed a secret number, so that nobody can choose networks that meet in the table
     */
    public ChallengeBudget(int perSecond, int burst, long seed) {
        this.seed = seed;
        costNanos = perSecond == 0 ? 0 : SECOND_NANOS / perSecond;
        burstNanos = costNanos * Math.max(1, burst);
    }

    /** Takes a refusal out of the client's bucket; false if there is none left, and it is counted. */
    public boolean take(TransportAddress client, long nowNanos) {
        if (costNanos == 0 || ClientNetwork.isLoopback(client)) {
            return true;
        }
        int slot = slot(ClientNetwork.of(client), nowNanos);
        long missing = Math.max(0, fullAtNanos[slot] - nowNanos);
        if (missing + costNanos > burstNanos) {
            silenced++;
            return false;
        }
        fullAtNanos[slot] = nowNanos + missing + costNanos;
        return true;
    }

    /** How many refusals were not sent. */
    public long silenced() {
        return silenced;
    }

    private int slot(long network, long nowNanos) {
        int home = (int) (mix(network ^ seed) >>> 1 & SLOTS - 1);
        int fullest = home;
        for (int probe = 0; probe < PROBES; probe++) {
            int slot = home + probe & SLOTS - 1;
            if (networks[slot] == network) {
                return slot;
            }
            if (missing(slot, nowNanos) < missing(fullest, nowNanos)) {
                fullest = slot;
            }
        }
        if (networks[fullest] == 0) {
            fullAtNanos[fullest] = nowNanos;
        }
        networks[fullest] = network;
        return fullest;
    }

    private long missing(int slot, long nowNanos) {
        return networks[slot] == 0 ? 0 : Math.max(0, fullAtNanos[slot] - nowNanos);
    }

    /** Spreads the bits over all of the number (the finalizer of SplitMix64). */
    private static long mix(long number) {
        long mixed = (number ^ number >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }
}
