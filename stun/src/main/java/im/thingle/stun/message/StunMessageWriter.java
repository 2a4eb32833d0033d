// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.message;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes a STUN message into the caller's buffer, the mirror of {@link StunMessage} (RFC 8489 §5, §14). The message is
 * whole after every call: the length is right and the padding is zero, whatever the buffer held before. One writer
 * writes message after message. Confined to its event loop.
 *
 * <p>A buffer too small gives {@link IndexOutOfBoundsException}, a message over 64 KiB
 * {@link IllegalArgumentException}, an attribute where the standard lets none stand {@link IllegalStateException}: all
 * three are mistakes of the caller.
 */
public final class StunMessageWriter {
    /** Bytes that may follow the header. */
    public static final int MAX_LENGTH = 0xFFFC;

    private ByteBuffer bytes = ByteBuffer.allocate(0);
    private int start;
    private int end;
    private AttributeType last = AttributeType.UNKNOWN;

    /** Begins a message at this index of the buffer, whose position and limit play no part. */
    public StunMessageWriter start(ByteBuffer target, int at, MessageType type, TransactionId id) {
        return start(target, at, type, id.high(), id.low());
    }

    /** The same without an object for the transaction ID. */
    public StunMessageWriter start(ByteBuffer target, int at, MessageType type, int idHigh, long idLow) {
        bytes = target.order() == ByteOrder.BIG_ENDIAN ? target : target.duplicate();
        start = at;
        end = at + StunMessage.HEADER_BYTES;
        last = AttributeType.UNKNOWN;
        bytes.putShort(at, (short) type.code()).putShort(at + 2, (short) 0).putInt(at + 4, StunMessage.MAGIC_COOKIE);
        bytes.putInt(at + 8, idHigh).putLong(at + 12, idLow);
        return this;
    }

    /** Adds an attribute without a value. */
    public StunMessageWriter add(AttributeType type) {
        reserve(type, 0);
        return this;
    }

    /** Adds an attribute of these bytes. */
    public StunMessageWriter add(AttributeType type, byte[] value) {
        bytes.put(reserve(type, value.length), value);
        return this;
    }

    /** Adds an attribute of the bytes between position and limit, which stay as they are. */
    public StunMessageWriter add(AttributeType type, ByteBuffer value) {
        int length = value.remaining();
        bytes.put(reserve(type, length), value, value.position(), length);
        return this;
    }

    /** Adds an attribute of UTF-8 text. */
    public StunMessageWriter add(AttributeType type, String value) {
        return add(type, value.getBytes(StandardCharsets.UTF_8));
    }

    /** Adds an attribute of four bytes. */
    public StunMessageWriter add(AttributeType type, int value) {
        bytes.putInt(reserve(type, Integer.BYTES), value);
        return this;
    }

    /**
     * Adds an attribute whose value the caller puts into {@link #bytes()}, all of it.
     *
     * @return the index of the value's first byte
     */
    public int reserve(AttributeType type, int valueLength) {
        checkOrder(type);
        int at = end;
        int paddedLength = StunMessage.padded(valueLength);
        int newEnd = at + StunMessage.ATTRIBUTE_HEADER_BYTES + paddedLength;
        int length = newEnd - start - StunMessage.HEADER_BYTES;
        if (length > MAX_LENGTH) {
            throw new IllegalArgumentException(type + " of " + valueLength + " bytes makes the message " + length
                    + " bytes long (expected: at most " + MAX_LENGTH + ")");
        }
        if (paddedLength != 0) {
            // The last word first: the value overwrites all of it but the padding.
            bytes.putInt(newEnd - Integer.BYTES, 0);
        }
        bytes.putShort(at, (short) type.code()).putShort(at + 2, (short) valueLength);
        bytes.putShort(start + 2, (short) length);
        end = newEnd;
        last = type;
        return at + StunMessage.ATTRIBUTE_HEADER_BYTES;
    }

    /** The buffer in network byte order, to put the value into that was reserved. */
    public ByteBuffer bytes() {
        return bytes;
    }

    /** The transaction ID, which addresses are hidden with. */
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

    /** Bytes written so far, the header among them. */
    public int length() {
        return end - start;
    }

    /** What is written so far as a read-only window on the same bytes. */
    public ByteBuffer written() {
        return bytes.slice(start, length()).asReadOnlyBuffer();
    }

    private void checkOrder(AttributeType type) {
        boolean allowed = switch (last) {
            case FINGERPRINT -> false;
            case MESSAGE_INTEGRITY_SHA256 -> type == AttributeType.FINGERPRINT;
            case MESSAGE_INTEGRITY ->
                type == AttributeType.MESSAGE_INTEGRITY_SHA256 || type == AttributeType.FINGERPRINT;
            default -> type != AttributeType.UNKNOWN;
        };
        if (!allowed) {
            throw new IllegalStateException(type + " cannot be written after " + last);
        }
    }
}
