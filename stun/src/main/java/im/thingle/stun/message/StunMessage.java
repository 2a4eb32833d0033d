// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.message;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * A STUN message as a read-only view over bytes that stay where they are, RFC 8489 §5 and §14. One view is wrapped
 * around message after message; nothing is copied, and walking the attributes leaves no garbage. The bytes must not
 * change while the view is read.
 *
 * <pre>
 *   type (2)  length (2)  magic cookie (4)  transaction ID (12)      header, length counts what follows it
 *   type (2)  length (2)  value             0 to 3 bytes of padding   each attribute
 * </pre>
 *
 * An attribute is named by the index of its first byte in the buffer, {@link #NONE} if there is none. Only attributes
 * that count are shown: what follows an integrity attribute is nobody's word, so from there on just
 * MESSAGE-INTEGRITY-SHA256 and FINGERPRINT are seen (RFC 8489 §9, §14.5, §14.6). Confined to its event loop.
 */
public final class StunMessage {
    /** Bytes of the header. */
    public static final int HEADER_BYTES = 20;
    /** The second word of every message. */
    public static final int MAGIC_COOKIE = 0x2112A442;
    /** No such attribute. */
    public static final int NONE = -1;

    static final int ATTRIBUTE_HEADER_BYTES = 4;
    private static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0);

    private ByteBuffer bytes = NO_BYTES;
    private ByteBuffer windowed = NO_BYTES;
    private ByteBuffer window = NO_BYTES;
    private int start;
    private int end;
    private int integrityAt = NONE;
    private int integritySha256At = NONE;
    private int fingerprintAt = NONE;

    /**
     * Looks at {@code length} bytes from index {@code from} as one whole message. The buffer's position and limit play
     * no part and stay as they are.
     *
     * @return {@link Malformed#NONE}, or what is wrong; then the view shows nothing and must not be read
     * @throws IndexOutOfBoundsException if the buffer does not have these bytes, which is the caller's mistake
     */
    public Malformed wrap(ByteBuffer source, int from, int length) {
        Objects.checkFromIndexSize(from, length, source.limit());
        bytes = source.order() == ByteOrder.BIG_ENDIAN ? source : source.duplicate();
        if (source != windowed) {
            windowed = source;
            window = source.asReadOnlyBuffer();
        }
        start = from;
        end = from + length;
        integrityAt = NONE;
        integritySha256At = NONE;
        fingerprintAt = NONE;
        Malformed malformed = checkHeader(length);
        if (malformed == Malformed.NONE) {
            malformed = checkAttributes();
        }
        if (malformed != Malformed.NONE) {
            bytes = NO_BYTES;
            start = 0;
            end = 0;
        }
        return malformed;
    }

    /** The same for an array. */
    public Malformed wrap(byte[] source, int from, int length) {
        return wrap(ByteBuffer.wrap(source), from, length);
    }

    /** Class and method. */
    public MessageType type() {
        return MessageType.of(bytes.getShort(start));
    }

    /** The transaction ID. */
    public TransactionId transactionId() {
        return TransactionId.read(bytes, start + 8);
    }

    /** The first 4 bytes of the transaction ID, without garbage. */
    public int transactionHigh() {
        return bytes.getInt(start + 8);
    }

    /** The last 8 bytes of the transaction ID, without garbage. */
    public long transactionLow() {
        return bytes.getLong(start + 12);
    }

    /** Bytes of the whole message with its header. */
    public int length() {
        return end - start;
    }

    /** The first attribute, or {@link #NONE}. */
    public int first() {
        int at = start + HEADER_BYTES;
        return at < end ? at : NONE;
    }

    /** The attribute after this one, or {@link #NONE}. */
    public int next(int at) {
        if (at == fingerprintAt) {
            return NONE;
        }
        if (at == integritySha256At) {
            return fingerprintAt;
        }
        if (at == integrityAt) {
            return integritySha256At == NONE ? fingerprintAt : integritySha256At;
        }
        int next = after(at);
        return next < end ? next : NONE;
    }

    /** The first attribute of this type, which is the one that counts (RFC 8489 §14), or {@link #NONE}. */
    public int find(AttributeType type) {
        int at = first();
        while (at != NONE && code(at) != type.code()) {
            at = next(at);
        }
        return at;
    }

    /** Whether there is an attribute of this type. */
    public boolean has(AttributeType type) {
        return find(type) != NONE;
    }

    /** The attribute's 16-bit code, also where {@link AttributeType} does not know it. */
    public int code(int at) {
        return Short.toUnsignedInt(bytes.getShort(at));
    }

    /** Bytes of the attribute's value, without padding. */
    public int valueLength(int at) {
        return Short.toUnsignedInt(bytes.getShort(at + 2));
    }

    /** The byte at this place of the attribute's value. The three reads ask only that the caller checked the length. */
    public byte byteAt(int at, int index) {
        return bytes.get(valueIndex(at, index, Byte.BYTES));
    }

    /** Four bytes at this place of the attribute's value. */
    public int intAt(int at, int index) {
        return bytes.getInt(valueIndex(at, index, Integer.BYTES));
    }

    /** Eight bytes at this place of the attribute's value. */
    public long longAt(int at, int index) {
        return bytes.getLong(valueIndex(at, index, Long.BYTES));
    }

    /** The attribute's value as a read-only window on the same bytes. */
    public ByteBuffer value(int at) {
        return bytes.slice(at + ATTRIBUTE_HEADER_BYTES, valueLength(at)).asReadOnlyBuffer();
    }

    /**
     * The attribute's value as {@link #value} shows it, between position and limit of one buffer that every call
     * shares: no garbage while messages come in one and the same buffer, and good until the next call.
     */
    public ByteBuffer window(int at) {
        int from = at + ATTRIBUTE_HEADER_BYTES;
        return window.limit(from + valueLength(at)).position(from);
    }

    /** The attribute's value as UTF-8 text; bytes that are none become U+FFFD. */
    public String text(int at) {
        return StandardCharsets.UTF_8.decode(value(at)).toString();
    }

    /** The message up to this attribute as a read-only window on the same bytes: what a checksum in it covers. */
    public ByteBuffer before(int at) {
        return bytes.slice(start, at - start).asReadOnlyBuffer();
    }

    static int padded(int length) {
        return length + 3 & ~3;
    }

    private Malformed checkHeader(int length) {
        if (length < HEADER_BYTES) {
            return Malformed.TOO_SHORT;
        }
        if ((bytes.get(start) & 0b1100_0000) != 0) {
            return Malformed.NOT_STUN;
        }
        if (bytes.getInt(start + 4) != MAGIC_COOKIE) {
            return Malformed.NO_MAGIC_COOKIE;
        }
        int claimed = Short.toUnsignedInt(bytes.getShort(start + 2));
        if ((claimed & 3) != 0) {
            return Malformed.LENGTH_UNALIGNED;
        }
        return claimed == length - HEADER_BYTES ? Malformed.NONE : Malformed.LENGTH_MISMATCH;
    }

    private Malformed checkAttributes() {
        // Every step is a multiple of four, as the length is: an attribute header is always whole.
        for (int at = start + HEADER_BYTES; at < end; at = after(at)) {
            if (fingerprintAt != NONE) {
                return Malformed.FINGERPRINT_NOT_LAST;
            }
            if (after(at) > end) {
                return Malformed.ATTRIBUTE_OVERRUN;
            }
            Malformed malformed = checkChecksum(at);
            if (malformed != Malformed.NONE) {
                return malformed;
            }
        }
        return Malformed.NONE;
    }

    /** Remembers where the integrity attributes that count and the fingerprint are. */
    private Malformed checkChecksum(int at) {
        int code = code(at);
        int length = valueLength(at);
        if (code == AttributeType.FINGERPRINT.code()) {
            fingerprintAt = at;
            return length == 4 ? Malformed.NONE : Malformed.FINGERPRINT_LENGTH;
        }
        if (integritySha256At != NONE) {
            return Malformed.NONE;
        }
        if (code == AttributeType.MESSAGE_INTEGRITY_SHA256.code()) {
            integritySha256At = at;
            return length >= 16 && length <= 32 && (length & 3) == 0 ? Malformed.NONE : Malformed.INTEGRITY_LENGTH;
        }
        if (code == AttributeType.MESSAGE_INTEGRITY.code() && integrityAt == NONE) {
            integrityAt = at;
            return length == 20 ? Malformed.NONE : Malformed.INTEGRITY_LENGTH;
        }
        return Malformed.NONE;
    }

    private int after(int at) {
        return at + ATTRIBUTE_HEADER_BYTES + padded(valueLength(at));
    }

    private int valueIndex(int at, int index, int width) {
        Objects.checkFromIndexSize(index, width, valueLength(at));
        return at + ATTRIBUTE_HEADER_BYTES + index;
    }
}
