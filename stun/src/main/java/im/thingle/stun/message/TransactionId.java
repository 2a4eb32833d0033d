// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.message;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * The 96 bits that tie a response to its request, RFC 8489 §5. Where a new one comes from is the caller's affair, who
 * has the secure random numbers. Immutable.
 *
 * @param high the first 4 bytes on the wire
 * @param low the 8 bytes after them
 */
public record TransactionId(int high, long low) {
    /** Bytes on the wire. */
    public static final int BYTES = 12;

    static TransactionId read(ByteBuffer bytes, int at) {
        return new TransactionId(bytes.getInt(at), bytes.getLong(at + Integer.BYTES));
    }

    /** 24 hexadecimal digits, for logs. */
    @Override
    public String toString() {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(high) + hex.toHexDigits(low);
    }
}
