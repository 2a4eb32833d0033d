// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.attribute;

/** How a key is made of a password, RFC 8489 §18.5. Neither of the two has parameters. Immutable. */
public enum PasswordAlgorithm {
    /** An algorithm we do not know, or one of ours with parameters it has not. It cannot be written. */
    UNKNOWN(-1),
    MD5(0x0001),
    SHA256(0x0002);

    private final int code;

    PasswordAlgorithm(int code) {
        this.code = code;
    }

    /** The algorithm of this code, or {@link #UNKNOWN}. */
    static PasswordAlgorithm of(int code) {
        return switch (code) {
            case 0x0001 -> MD5;
            case 0x0002 -> SHA256;
            default -> UNKNOWN;
        };
    }

    /** The 16 bits on the wire; -1 for {@link #UNKNOWN}. */
    public int code() {
        return code;
    }
}
