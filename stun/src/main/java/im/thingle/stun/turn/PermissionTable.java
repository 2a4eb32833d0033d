// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import im.thingle.stun.attribute.TransportAddress.Family;

/**
 * The permissions of an allocation, RFC 8656 §9: addresses without ports, each with a deadline. An open-addressing
 * table of longs, since every packet of a peer asks. Confined to its event loop.
 */
final class PermissionTable {
    /** Stands for the upper half of an IPv4 address: a multicast prefix, which no peer has. */
    private static final long IPV4 = -1;
    private static final int SMALLEST = 2;
    private static final int WIDTH = 3;
    private static final int NONE = -1;

    // high, low, deadline; a free slot has the address ::, which is nobody's
    private long[] slots = new long[SMALLEST * WIDTH];
    private int count;

    /** Whether this address has a permission that still stands. */
    boolean permits(Family family, long high, long low, long nowNanos) {
        int slot = find(slots, key(family, high), low);
        return slot != NONE && slots[slot + 2] - nowNanos > 0;
    }

    /** Installs or refreshes a permission. */
    void install(Family family, long high, long low, long untilNanos) {
        long key = key(family, high);
        int slot = find(slots, key, low);
        if (slot != NONE) {
            slots[slot + 2] = untilNanos;
            return;
        }
        if (2 * (count + 1) > capacity(slots)) {
            slots = copy(new long[2 * slots.length], false, 0);
        }
        put(slots, key, low, untilNanos);
        count++;
    }

    /** How many there are, those among them that are over and not yet swept. */
    int count() {
        return count;
    }

    /** Takes away what is over. */
    void sweep(long nowNanos) {
        int live = 0;
        for (int slot = 0; slot < slots.length; slot += WIDTH) {
            live += isFree(slots, slot) || slots[slot + 2] - nowNanos <= 0 ? 0 : 1;
        }
        if (live != count) {
            int capacity = Math.max(SMALLEST, Integer.highestOneBit(Math.max(1, 2 * live - 1)) * 2);
            slots = copy(new long[capacity * WIDTH], true, nowNanos);
            count = live;
        }
    }

    /** Takes away all of this family. */
    void clear(Family family) {
        long[] old = slots;
        slots = new long[old.length];
        count = 0;
        for (int slot = 0; slot < old.length; slot += WIDTH) {
            if (!isFree(old, slot) && (old[slot] == IPV4) != (family == Family.IPV4)) {
                put(slots, old[slot], old[slot + 1], old[slot + 2]);
                count++;
            }
        }
    }

    /** When the first of them is over, or the limit if that is earlier. */
    long earliest(long limitNanos) {
        long earliest = limitNanos;
        for (int slot = 0; slot < slots.length; slot += WIDTH) {
            if (!isFree(slots, slot) && slots[slot + 2] - earliest < 0) {
                earliest = slots[slot + 2];
            }
        }
        return earliest;
    }

    private long[] copy(long[] target, boolean liveOnly, long nowNanos) {
        for (int slot = 0; slot < slots.length; slot += WIDTH) {
            if (!isFree(slots, slot) && (!liveOnly || slots[slot + 2] - nowNanos > 0)) {
                put(target, slots[slot], slots[slot + 1], slots[slot + 2]);
            }
        }
        return target;
    }

    private static void put(long[] slots, long key, long low, long untilNanos) {
        int slot = home(slots, key, low);
        while (!isFree(slots, slot)) {
            slot = next(slots, slot);
        }
        slots[slot] = key;
        slots[slot + 1] = low;
        slots[slot + 2] = untilNanos;
    }

    private static int find(long[] slots, long key, long low) {
        for (int slot = home(slots, key, low); !isFree(slots, slot); slot = next(slots, slot)) {
            if (slots[slot + 1] == low && slots[slot] == key) {
                return slot;
            }
        }
        return NONE;
    }

    private static boolean isFree(long[] slots, int slot) {
        return slots[slot] == 0 && slots[slot + 1] == 0;
    }

    private static int home(long[] slots, long key, long low) {
        long mixed = (low ^ Long.rotateLeft(key, 29)) * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 40 & capacity(slots) - 1) * WIDTH;
    }

    private static int next(long[] slots, int slot) {
        return slot + WIDTH == slots.length ? 0 : slot + WIDTH;
    }

    private static int capacity(long[] slots) {
        return slots.length / WIDTH;
    }

    private static long key(Family family, long high) {
        return family == Family.IPV4 ? IPV4 : high;
    }
}
