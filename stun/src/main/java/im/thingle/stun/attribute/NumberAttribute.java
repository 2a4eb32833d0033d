// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.attribute;

import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.message.StunMessageWriter;

/**
 * The attributes that carry one number, or a few flags, or nothing: it stands in the first bits of the value, and what
 * is left of the value is reserved, written as zero and not looked at. Reading leaves no garbage. Immutable.
 */
public enum NumberAttribute {
    /** RFC 8656 §18.1: a channel's number. */
    CHANNEL_NUMBER(AttributeType.CHANNEL_NUMBER, 4, 16),
    /** RFC 8656 §18.2: seconds. */
    LIFETIME(AttributeType.LIFETIME, 4, 32),
    /** RFC 8656 §18.6: the code of a {@link TransportAddress.Family}, or any other. */
    REQUESTED_ADDRESS_FAMILY(AttributeType.REQUESTED_ADDRESS_FAMILY, 4, 8),
    /** RFC 8656 §18.7: 1 to reserve the next port, too, else 0. */
    EVEN_PORT(AttributeType.EVEN_PORT, 1, 1),
    /** RFC 8656 §18.8: an IP protocol: {@link #UDP}, {@link #TCP} or any other. */
    REQUESTED_TRANSPORT(AttributeType.REQUESTED_TRANSPORT, 4, 8),
    /** RFC 8656 §18.9: there or not; reads as 0. */
    DONT_FRAGMENT(AttributeType.DONT_FRAGMENT, 0, 0),
    /** RFC 8656 §18.11: the code of the family to have beside IPv4, so IPv6's. */
    ADDITIONAL_ADDRESS_FAMILY(AttributeType.ADDITIONAL_ADDRESS_FAMILY, 4, 8),
    /** COMPAT(turnutils_uclient, 4.6.1): the same under its number before RFC 8656. */
    DRAFT_ADDITIONAL_ADDRESS_FAMILY(AttributeType.DRAFT_ADDITIONAL_ADDRESS_FAMILY, 4, 8),
    /** RFC 6062 §6.2.1: a peer connection's name. */
    CONNECTION_ID(AttributeType.CONNECTION_ID, 4, 32),
    /** RFC 5780 §7.2: 4 to change the IP address, 2 to change the port. */
    CHANGE_REQUEST(AttributeType.CHANGE_REQUEST, 4, 32),
    /** RFC 5780 §7.5: the port to answer to. The standard leaves open whether its two bytes of padding count. */
    RESPONSE_PORT(AttributeType.RESPONSE_PORT, 2, 16) {
        @Override
        boolean fits(int valueLength) {
            return valueLength == 2 || valueLength == 4;
        }
    };

    /** What {@link #read} says where there is no such attribute. */
    public static final long ABSENT = -1;
    /** What {@link #read} says of an attribute of the wrong length, which is worth a 400. */
    public static final long MALFORMED = -2;
    /** UDP's number in REQUESTED-TRANSPORT. */
    public static final int UDP = 17;
    /** TCP's number in REQUESTED-TRANSPORT, RFC 6062 §5.1. */
    public static final int TCP = 6;

    private final AttributeType type;
    private final int valueLength;
    private final int bits;

    NumberAttribute(AttributeType type, int valueLength, int bits) {
        this.type = type;
        this.valueLength = valueLength;
        this.bits = bits;
    }

    /** The number, unsigned; or {@link #ABSENT} or {@link #MALFORMED}, which are less than zero. */
    public long read(StunMessage message) {
        int at = message.find(type);
        if (at == StunMessage.NONE) {
            return ABSENT;
        }
        int length = message.valueLength(at);
        if (!fits(length)) {
            return MALFORMED;
        }
        long value = 0;
        for (int i = 0; i < valueLength; i++) {
            value = value << Byte.SIZE | Byte.toUnsignedInt(message.byteAt(at, i));
        }
        return value >>> reservedBits();
    }

    /** Adds the attribute with this number, of which the lowest bits are taken that it has room for. */
    public void write(StunMessageWriter writer, long number) {
        int at = writer.reserve(type, valueLength);
        long value = number << reservedBits();
        for (int i = 0; i < valueLength; i++) {
            writer.bytes().put(at + i, (byte) (value >>> Byte.SIZE * (valueLength - 1 - i)));
        }
    }

    boolean fits(int length) {
        return length == valueLength;
    }

    private int reservedBits() {
        return valueLength * Byte.SIZE - bits;
    }
}
