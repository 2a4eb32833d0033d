// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.socks5;

import java.util.HexFormat;

/**
 * The name of a bytestream: SHA-1 of SID, requester and target (XEP-0065 §5.3.2), which both parties give as their
 * SOCKS5 destination. Immutable.
 */
public record StreamKey(long high, long middle, int low) {
    /** Hexadecimal digits in the written form. */
    public static final int DIGITS = 40;

    private static final HexFormat HEX = HexFormat.of();

    /** Whether {@code digits} from {@code offset} on are 40 hexadecimal digits, of either case. */
    static boolean isValid(byte[] digits, int offset, int length) {
        if (length != DIGITS) {
            return false;
        }
        for (int i = offset; i < offset + DIGITS; i++) {
            if (!HexFormat.isHexDigit(digits[i])) {
                return false;
            }
        }
        return true;
    }

    /** Reads the 40 digits at {@code offset}, of either case. */
    static StreamKey read(byte[] digits, int offset) {
        return new StreamKey(number(digits, offset, 16), number(digits, offset + 16, 16), (int)
                number(digits, offset + 32, 8));
    }

    /**
     * Reads the written form.
     *
     * @throws IllegalArgumentException if it is not 40 hexadecimal digits
     */
    public static StreamKey parse(String hex) {
        if (hex.length() != DIGITS) {
            throw new IllegalArgumentException("not " + DIGITS + " hexadecimal digits: " + hex);
        }
        return new StreamKey(
                HexFormat.fromHexDigitsToLong(hex, 0, 16),
                HexFormat.fromHexDigitsToLong(hex, 16, 32),
                HexFormat.fromHexDigits(hex, 32, 40));
    }

    /** A number spread well enough to choose an event loop by. */
    public int spread() {
        return low & Integer.MAX_VALUE;
    }

    /** The written form, in lower case. */
    @Override
    public String toString() {
        return HEX.toHexDigits(high) + HEX.toHexDigits(middle) + HEX.toHexDigits(low);
    }

    private static long number(byte[] digits, int offset, int count) {
        long value = 0;
        for (int i = offset; i < offset + count; i++) {
            value = value << 4 | HexFormat.fromHexDigit(digits[i]);
        }
        return value;
    }
}
