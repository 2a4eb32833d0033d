// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.attribute;

import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.message.StunMessageWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the comprehension-required attributes a receiver does not understand, and reads and writes UNKNOWN-ATTRIBUTES,
 * which lists them in a 420 (RFC 8489 §6.3.1, §14.13). Safe from any thread.
 *
 * <pre>
 *   code (2)  code (2)  ...
 * </pre>
 */
public final class UnknownAttributes {
    /** The most codes a response lists: more than any honest request has, and too few to be worth asking for. */
    static final int MOST = 16;

    private UnknownAttributes() {}

    /**
     * The first attribute that must be understood and is not, or {@link StunMessage#NONE}; no garbage with an EnumSet.
     */
    public static int first(StunMessage message, Set<AttributeType> understood) {
        return from(message, message.first(), understood);
    }

    /** The one after this one, or {@link StunMessage#NONE}. */
    public static int next(StunMessage message, int at, Set<AttributeType> understood) {
        return from(message, message.next(at), understood);
    }

    /** The codes in a response; empty if there are none or the length is odd. */
    public static Optional<List<Integer>> read(StunMessage message) {
        int at = message.find(AttributeType.UNKNOWN_ATTRIBUTES);
        if (at == StunMessage.NONE || (message.valueLength(at) & 1) != 0) {
            return Optional.empty();
        }
        List<Integer> codes = new ArrayList<>();
        for (int i = 0; i < message.valueLength(at); i += Short.BYTES) {
            codes.add(Byte.toUnsignedInt(message.byteAt(at, i)) << Byte.SIZE
                    | Byte.toUnsignedInt(message.byteAt(at, i + 1)));
        }
        return Optional.of(codes);
    }

    /**
     * Adds the list of what the request has and is not understood, each code once and the first {@value #MOST} at most.
     */
    public static void write(StunMessageWriter writer, StunMessage request, Set<AttributeType> understood) {
        byte[] codes = new byte[MOST * Short.BYTES];
        int length = 0;
        int at = first(request, understood);
        while (at != StunMessage.NONE && length < codes.length) {
            int code = request.code(at);
            if (!contains(codes, length, code)) {
                codes[length++] = (byte) (code >> Byte.SIZE);
                codes[length++] = (byte) code;
            }
            at = next(request, at, understood);
        }
        writer.bytes().put(writer.reserve(AttributeType.UNKNOWN_ATTRIBUTES, length), codes, 0, length);
    }

    private static int from(StunMessage message, int start, Set<AttributeType> understood) {
        int at = start;
        while (at != StunMessage.NONE && isUnderstood(message.code(at), understood)) {
            at = message.next(at);
        }
        return at;
    }

    private static boolean isUnderstood(int code, Set<AttributeType> understood) {
        return !AttributeType.comprehensionRequired(code) || understood.contains(AttributeType.of(code));
    }

    private static boolean contains(byte[] codes, int length, int code) {
        for (int i = 0; i < length; i += Short.BYTES) {
            if (codes[i] == (byte) (code >> Byte.SIZE) && codes[i + 1] == (byte) code) {
                return true;
            }
        }
        return false;
    }
}
