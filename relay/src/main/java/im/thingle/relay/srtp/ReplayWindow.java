// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.srtp;

/** Which of the latest indexes of a source have been seen (RFC 3711 §3.3.2). Confined to its event loop. */
final class ReplayWindow {
    private static final int SIZE = Long.SIZE;
    private static final long NONE = -1;

    private long highest = NONE;
    private long seen;

    /** The highest there was; less than zero: none. */
    long highest() {
        return highest;
    }

    /** Whether this one is new, as far back as is known. */
    boolean admits(long index) {
        long behind = highest - index;
        return highest == NONE || behind < 0 || behind < SIZE && (seen >>> behind & 1) == 0;
    }

    /** This one has come, and was authentic. */
    void add(long index) {
        long ahead = index - highest;
        if (highest == NONE || ahead >= SIZE) {
            seen = 1;
            highest = index;
        } else if (ahead > 0) {
            seen = seen << ahead | 1;
            highest = index;
        } else {
            seen |= 1L << -ahead;
        }
    }
}
