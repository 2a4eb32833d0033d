// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.attribute;

import java.nio.ByteBuffer;

/**
 * An IP address with a port, as STUN carries it and without the name lookups of {@code java.net}. Immutable.
 *
 * @param family IPv4 or IPv6; an IPv4-mapped IPv6 address stays what the wire said
 * @param high the first 8 bytes of an IPv6 address; 0 for IPv4
 * @param low the last 8 bytes of an IPv6 address; an IPv4 address as an unsigned number
 * @param port 0 to 65535
 */
public record TransportAddress(Family family, long high, long low, int port) {
    /** The two address families and their code on the wire (RFC 8489 §14.1). Immutable. */
    public enum Family {
        IPV4(0x01, 4),
        IPV6(0x02, 16);

        private final int code;
        private final int addressBytes;

        Family(int code, int addressBytes) {
            this.code = code;
            this.addressBytes = addressBytes;
        }

        /** The family with this byte on the wire; null if there is none. */
        public static Family of(int code) {
            return switch (code) {
                case 0x01 -> IPV4;
                case 0x02 -> IPV6;
                default -> null;
            };
        }

        /** The byte on the wire. */
        public int code() {
            return code;
        }

        /** Bytes of an address. */
        public int addressBytes() {
            return addressBytes;
        }
    }

    public TransportAddress {
        if ((port & ~0xFFFF) != 0) {
            throw new IllegalArgumentException("port " + port + " (expected: 0 to 65535)");
        }
        if (family == Family.IPV4 && (high != 0 || low >>> 32 != 0)) {
            throw new IllegalArgumentException("IPv4 address of more than 32 bits");
        }
    }

    /** An address from its 4 or 16 bytes in network order, as {@code InetAddress.getAddress()} gives them. */
    public static TransportAddress of(byte[] address, int port) {
        ByteBuffer bytes = ByteBuffer.wrap(address);
        return switch (address.length) {
            case 4 -> new TransportAddress(Family.IPV4, 0, Integer.toUnsignedLong(bytes.getInt(0)), port);
            case 16 -> new TransportAddress(Family.IPV6, bytes.getLong(0), bytes.getLong(8), port);
            default -> throw new IllegalArgumentException(
                    "address of " + address.length + " bytes (expected: 4 or 16)");
        };
    }

    /** The 4 or 16 bytes of the address in network order. */
    public byte[] address() {
        ByteBuffer bytes = ByteBuffer.allocate(family.addressBytes());
        if (family == Family.IPV4) {
            bytes.putInt((int) low);
        } else {
            bytes.putLong(high).putLong(low);
        }
        return bytes.array();
    }
}
