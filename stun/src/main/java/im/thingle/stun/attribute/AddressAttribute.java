// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.attribute;

import im.thingle.stun.attribute.TransportAddress.Family;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.message.StunMessageWriter;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Reads and writes the attributes that carry one address: MAPPED-ADDRESS and its like in the clear (RFC 8489 §14.1),
 * XOR-MAPPED-ADDRESS, XOR-PEER-ADDRESS and XOR-RELAYED-ADDRESS hidden from address-rewriting NATs (RFC 8489 §14.2, RFC
 * 8656 §18.3, §18.5). Safe from any thread.
 *
 * <pre>
 *   0 (1)  family (1)  port (2)  address (4 or 16)
 *   hidden: port xor the cookie's first half; address xor cookie, transaction ID
 * </pre>
 */
public final class AddressAttribute {
    private static final int HEADER_BYTES = 4;
    private static final long COOKIE_BITS = Integer.toUnsignedLong(StunMessage.MAGIC_COOKIE);

    private AddressAttribute() {}

    /** The address in the first attribute of this type; empty if there is none or it is no address. */
    public static Optional<TransportAddress> read(StunMessage message, AttributeType type) {
        int at = message.find(type);
        return at == StunMessage.NONE ? Optional.empty() : read(message, at);
    }

    /** The address in this attribute, for requests that name several peers; empty if it is no address. */
    public static Optional<TransportAddress> read(StunMessage message, int at) {
        Family family = family(message, at);
        return family == null
                ? Optional.empty()
                : Optional.of(new TransportAddress(family, high(message, at), low(message, at), port(message, at)));
    }

    /**
     * The family of the address in this attribute; null if it is no address. This and the three reads after it look at
     * an address without garbage; they ask that the family was looked at first.
     */
    public static Family family(StunMessage message, int at) {
        int length = message.valueLength(at);
        Family family = length < HEADER_BYTES ? null : Family.of(message.byteAt(at, 1));
        return family != null && length == HEADER_BYTES + family.addressBytes() ? family : null;
    }

    /** {@link TransportAddress#high} of the address in this attribute. */
    public static long high(StunMessage message, int at) {
        if (message.valueLength(at) == HEADER_BYTES + Family.IPV4.addressBytes()) {
            return 0;
        }
        return message.longAt(at, 4) ^ (isHidden(message, at) ? highMask(message.transactionHigh()) : 0);
    }

    /** {@link TransportAddress#low} of the address in this attribute. */
    public static long low(StunMessage message, int at) {
        boolean hidden = isHidden(message, at);
        if (message.valueLength(at) == HEADER_BYTES + Family.IPV4.addressBytes()) {
            return Integer.toUnsignedLong(message.intAt(at, 4)) ^ (hidden ? COOKIE_BITS : 0);
        }
        return message.longAt(at, 12) ^ (hidden ? message.transactionLow() : 0);
    }

    /** The port in this attribute. */
    public static int port(StunMessage message, int at) {
        int port = message.intAt(at, 0) & 0xFFFF;
        return isHidden(message, at) ? hide(port) : port;
    }

    /** Adds an attribute of this type with this address. */
    public static void write(StunMessageWriter writer, AttributeType type, TransportAddress address) {
        Family family = address.family();
        int at = writer.reserve(type, HEADER_BYTES + family.addressBytes());
        boolean hidden = isHidden(type);
        int port = hidden ? hide(address.port()) : address.port();
        ByteBuffer bytes = writer.bytes();
        bytes.putInt(at, family.code() << 16 | port);
        if (family == Family.IPV4) {
            bytes.putInt(at + 4, (int) (hidden ? address.low() ^ COOKIE_BITS : address.low()));
        } else {
            bytes.putLong(at + 4, hidden ? address.high() ^ highMask(writer.transactionHigh()) : address.high());
            bytes.putLong(at + 12, hidden ? address.low() ^ writer.transactionLow() : address.low());
        }
    }

    private static boolean isHidden(StunMessage message, int at) {
        return isHidden(AttributeType.of(message.code(at)));
    }

    private static boolean isHidden(AttributeType type) {
        return switch (type) {
            case XOR_MAPPED_ADDRESS, XOR_PEER_ADDRESS, XOR_RELAYED_ADDRESS -> true;
            case MAPPED_ADDRESS, ALTERNATE_SERVER, RESPONSE_ORIGIN, OTHER_ADDRESS -> false;
            default -> throw new IllegalArgumentException(type + " carries no address");
        };
    }

    private static int hide(int port) {
        return port ^ StunMessage.MAGIC_COOKIE >>> 16;
    }

    private static long highMask(int transactionHigh) {
        return COOKIE_BITS << 32 | Integer.toUnsignedLong(transactionHigh);
    }
}
