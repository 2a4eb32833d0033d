// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.stun.auth.Entropy;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which ports of one relayed address are given out. Ports come at random, so that nobody can guess the next (RFC 8656
 * §7.2, RFC 6056). Safe from any thread.
 */
final class PortPool {
    /** There is no such port. */
    static final int NONE = -1;

    private static final int GUESSES = 8;

    private final PortRange range;
    private final AtomicLongArray taken;
    private final AtomicInteger inUse = new AtomicInteger();

    PortPool(PortRange range) {
        this.range = range;
        taken = new AtomicLongArray((range.last() >> 6) - (range.first() >> 6) + 1);
    }

    /** Takes any port, or {@link #NONE}. */
    int take(Entropy entropy) {
        return take(entropy, range.first(), range.size(), 1);
    }

    /** Takes an even port, or {@link #NONE}. */
    int takeEven(Entropy entropy) {
        int first = range.first() + (range.first() & 1);
        return take(entropy, first, (range.last() - first >> 1) + 1, 2);
    }

    /** Takes an even port and the one above, or {@link #NONE}; both are to be given back. */
    int takePair(Entropy entropy) {
        int first = range.first() + (range.first() & 1);
        int pairs = range.last() - first + 1 >> 1;
        if (pairs <= 0) {
            return NONE;
        }
        int start = entropy.nextInt(pairs);
        for (int i = 0; i < pairs; i++) {
            int port = first + 2 * ((start + i) % pairs);
            if (take(port)) {
                if (take(port + 1)) {
                    return port;
                }
                giveBack(port);
            }
        }
        return NONE;
    }

    void giveBack(int port) {
        int word = word(port);
        long bit = 1L << port;
        long before = taken.getAndUpdate(word, bits -> bits & ~bit);
        if ((before & bit) == 0) {
            throw new IllegalStateException("port " + port + " was given back twice");
        }
        inUse.decrementAndGet();
    }

    int inUse() {
        return inUse.get();
    }

    private int take(Entropy entropy, int first, int count, int step) {
        if (count <= 0) {
            return NONE;
        }
        for (int i = 0; i < GUESSES; i++) {
            int port = first + step * entropy.nextInt(count);
            if (take(port)) {
                return port;
            }
        }
        int start = entropy.nextInt(count);
        for (int i = 0; i < count; i++) {
            int port = first + step * ((start + i) % count);
            if (take(port)) {
                return port;
            }
        }
        return NONE;
    }

    private boolean take(int port) {
        int word = word(port);
        long bit = 1L << port; // the shift looks at the lowest six bits alone
        long bits;
        do {
            bits = taken.get(word);
            if ((bits & bit) != 0) {
                return false;
            }
        } while (!taken.compareAndSet(word, bits, bits | bit));
        inUse.incrementAndGet();
        return true;
    }

    private int word(int port) {
        return (port >> 6) - (range.first() >> 6);
    }
}
