// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.attribute;

import im.thingle.stun.attribute.TransportAddress.Family;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.message.StunMessageWriter;
import im.thingle.stun.message.TransactionId;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Reads and writes the attributes that carry one address: MAPPED-ADDRESS and its like in the clear (RFC 8489 §14.1),
 * XOR-MAPPED-ADDRESS, XOR-PEER-ADDRESS and XOR-RELAYED-ADDRESS hidden from address-rewriting NATs (RFC 8489 §14.2, RFC 8656
 * §18.3, §18.5). Safe from any thread.
 *
 * <pre>
 *   0 (1)  family (1)  port (2)  address (4 or 16)
 *   hidden: port xor the cookie's first half; address xor cookie, transaction ID
 * </pre>
 */
public final class AddressAttribute {
    private static final int HEADER_BYTES = 4;
    private static final Family[] FAMILIES = Family.values();
    private static final long COOKIE_BITS = Integer.toUnsignedLong(StunMessage.MAGIC_COOKIE);

    private AddressAttribute() {}

    /** The address in the first attribute of this type; empty if there is none or it is no address. */
    public static Optional<TransportAddress> read(StunMessage message, AttributeType type) {
        int at = message.find(type);
        return at == StunMessage.NONE ? Optional.empty() : read(message, at);
    }

    /** The address in this attribute, for requests that name several peers; empty if it is no address. */
    public static Optional<TransportAddress> read(StunMessage message, int at) {
        int length = message.valueLength(at);
        boolean hidden = isHidden(AttributeType.of(message.code(at)));
        for (Family family : FAMILIES) {
            if (length == HEADER_BYTES + family.addressBytes() && message.byteAt(at, 1) == family.code()) {
                return Optional.of(read(message, at, family, hidden));
            }
        }
        return Optional.empty();
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
            TransactionId id = writer.transactionId();
            bytes.putLong(at + 4, hidden ? address.high() ^ highMask(id) : address.high());
            bytes.putLong(at + 12, hidden ? address.low() ^ id.low() : address.low());
        }
    }

    private static TransportAddress read(StunMessage message, int at, Family family, boolean hidden) {
        int port = message.intAt(at, 0) & 0xFFFF;
        if (hidden) {
            port = hide(port);
        }
        if (family == Family.IPV4) {
            long low = Integer.toUnsignedLong(message.intAt(at, 4));
            return new TransportAddress(family, 0, hidden ? low ^ COOKIE_BITS : low, port);
        }
        long high = message.longAt(at, 4);
        long low = message.longAt(at, 12);
        if (hidden) {
            TransactionId id = message.transactionId();
            high ^= highMask(id);
            low ^= id.low();
        }
        return new TransportAddress(family, high, low, port);
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

    private static long highMask(TransactionId id) {
        return COOKIE_BITS << 32 | Integer.toUnsignedLong(id.high());
    }
}
