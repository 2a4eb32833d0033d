// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.attribute;

import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.message.StunMessageWriter;
import java.util.Optional;

/**
 * The attributes whose value is opaque bytes that outlive the message. DATA and PADDING do not: look at them where they
 * are, with {@link StunMessage#window}, and write them with {@link StunMessageWriter#add(AttributeType, byte[])}.
 * Immutable.
 */
public enum BytesAttribute {
    /** RFC 8489 §14.4: SHA-256 of {@code username ":" realm}. */
    USERHASH(AttributeType.USERHASH, 32, 32),
    /** RFC 8656 §18.10: what names a reserved port. */
    RESERVATION_TOKEN(AttributeType.RESERVATION_TOKEN, 8, 8),
    /** RFC 8016 §3: empty where a client asks for mobility, else a ticket. */
    MOBILITY_TICKET(AttributeType.MOBILITY_TICKET, 0, 0xFFFF);

    private final AttributeType type;
    private final int leastBytes;
    private final int mostBytes;

    BytesAttribute(AttributeType type, int leastBytes, int mostBytes) {
        this.type = type;
        this.leastBytes = leastBytes;
        this.mostBytes = mostBytes;
    }

    /** A copy of the bytes in the first attribute of this type; empty if there is none or its length is wrong. */
    public Optional<byte[]> read(StunMessage message) {
        int at = message.find(type);
        return at == StunMessage.NONE ? Optional.empty() : read(message, at);
    }

    /** A copy of the bytes in this attribute; empty if its length is wrong, which is worth a 400. */
    public Optional<byte[]> read(StunMessage message, int at) {
        int length = message.valueLength(at);
        if (length < leastBytes || length > mostBytes) {
            return Optional.empty();
        }
        byte[] bytes = new byte[length];
        message.value(at).get(bytes);
        return Optional.of(bytes);
    }

    /** Adds the attribute with these bytes. */
    public void write(StunMessageWriter writer, byte[] bytes) {
        if (bytes.length < leastBytes || bytes.length > mostBytes) {
            throw new IllegalArgumentException(
                    type + " of " + bytes.length + " bytes (expected: " + leastBytes + " to " + mostBytes + ")");
        }
        writer.add(type, bytes);
    }
}
