// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.auth;

/**
 * The 24 bits in the nonce that tell a client what the server can do, so that nobody on the way can talk them down (RFC
 * 8489 §9.2, §18.1 with erratum: bit 0 is the least significant one). Safe from any thread.
 */
final class SecurityFeatures {
    /** Bytes of the bits. */
    static final int BYTES = 3;
    /** The server offers PASSWORD-ALGORITHMS. */
    static final int PASSWORD_ALGORITHMS = 0x01;
    /** The server finds users by USERHASH. */
    static final int USERNAME_ANONYMITY = 0x02;

    private SecurityFeatures() {}
}
