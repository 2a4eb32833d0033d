// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.attribute;

import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.ErrorCode;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.message.StunMessageWriter;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/**
 * Reads and writes ERROR-CODE, RFC 8489 §14.8. Safe from any thread.
 *
 * <pre>
 *   0 (21 bits)  class: hundreds (3 bits)  number: the rest (8 bits)  reason phrase in UTF-8
 * </pre>
 */
public final class ErrorCodeAttribute {
    private static final int HEADER_BYTES = 4;

    private ErrorCodeAttribute() {}

    /** The code in a response, 300 to 699, known to {@link ErrorCode} or not; empty if there is none. */
    public static OptionalInt read(StunMessage message) {
        int code = read(message, message.find(AttributeType.ERROR_CODE));
        return code == 0 ? OptionalInt.empty() : OptionalInt.of(code);
    }

    /** Adds the code and its phrase. */
    public static void write(StunMessageWriter writer, ErrorCode error) {
        write(writer, AttributeType.ERROR_CODE, 0, error);
    }

    /** The code in an attribute of this form; 0 if it has none. */
    static int read(StunMessage message, int at) {
        if (at == StunMessage.NONE || message.valueLength(at) < HEADER_BYTES) {
            return 0;
        }
        int hundreds = message.byteAt(at, 2) & 0b111;
        int number = Byte.toUnsignedInt(message.byteAt(at, 3));
        boolean valid = hundreds >= 3 && hundreds <= 6 && number <= 99;
        return valid ? hundreds * 100 + number : 0;
    }

    /** Adds an attribute of this form with this first byte. */
    static void write(StunMessageWriter writer, AttributeType type, int firstByte, ErrorCode error) {
        byte[] reason = error.reason().getBytes(StandardCharsets.UTF_8);
        int at = writer.reserve(type, HEADER_BYTES + reason.length);
        int header = firstByte << 24 | error.code() / 100 << 8 | error.code() % 100;
        writer.bytes().putInt(at, header).put(at + HEADER_BYTES, reason);
    }
}
