// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

/**
 * The last requests that gave an allocation back, or one family of it, so that the same again gets the same answer
 * though there is nothing left to give back. Confined to its event loop.
 */
final class RecentDeletions {
    private static final int MOST = 64;

    private final Asked[] last = new Asked[MOST];
    private int next;

    void add(Asked asked) {
        last[next] = asked;
        next = (next + 1) % MOST;
    }

    boolean has(Asked asked) {
        for (Asked before : last) {
            if (before != null && before.idLow() == asked.idLow() && before.idHigh() == asked.idHigh()
                    && before.from().equals(asked.from()) && before.username().equals(asked.username())) {
                return true;
            }
        }
        return false;
    }
}
