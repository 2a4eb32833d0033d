// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.auth;

/** Where random numbers come from that nobody can guess: the machines have none of their own. Safe from any thread. */
public interface Entropy {
    /** Fills the array. */
    void nextBytes(byte[] into);

    /** A number from 0 (inclusive) to the bound (exclusive). */
    int nextInt(int bound);

    /** Any number. */
    long nextLong();
}
