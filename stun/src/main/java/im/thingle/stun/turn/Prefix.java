// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.attribute.TransportAddress.Family;

/**
 * A range of addresses: all that begin with the same bits. An IPv4-mapped range is taken for the IPv4 range it stands
 * for, and so is an address that is looked up. Immutable.
 *
 * @param high the first 8 bytes of an IPv6 prefix; 0 for IPv4
 * @param low the last 8 bytes of an IPv6 prefix; an IPv4 prefix as an unsigned number
 * @param length how many bits are fixed: 0 to 32 or 0 to 128
 */
public record Prefix(Family family, long high, long low, int length) {
    private static final int MAPPED_BITS = 96;

    public Prefix {
        if (length < 0 || length > family.addressBytes() * 8) {
            throw new IllegalArgumentException(
                    "prefix length " + length + " (expected: 0 to " + family.addressBytes() * 8 + ")");
        }
        if (family == Family.IPV4 && (high != 0 || low >>> 32 != 0)) {
            throw new IllegalArgumentException("IPv4 prefix of more than 32 bits");
        }
        if ((high & ~highMask(family, length)) != 0 || (low & ~lowMask(family, length)) != 0) {
            throw new IllegalArgumentException(
                    AddressText.format(family, high, low) + "/" + length + " has bits set behind the prefix (expected: "
                            + AddressText.format(
                                    family, high & highMask(family, length), low & lowMask(family, length))
                            + "/" + length + ")");
        }
    }

    /**
     * Reads {@code 10.0.0.0/8}, {@code fd00::/8} or a single address.
     *
     * @throws IllegalArgumentException if it is none of these; the message says what is wrong
     */
    public static Prefix parse(String cidr) {
        int slash = cidr.indexOf('/');
        TransportAddress address = AddressText.parse(slash < 0 ? cidr : cidr.substring(0, slash));
        if (address == null) {
            throw new IllegalArgumentException(
                    "\"" + cidr + "\" is no address range (expected: 10.0.0.0/8, fd00::/8 or a single address)");
        }
        int most = address.family().addressBytes() * 8;
        int length = slash < 0 ? most : length(cidr.substring(slash + 1));
        if (length < 0 || length > most) {
            throw new IllegalArgumentException(
                    "\"" + cidr + "\" has no prefix length behind the slash (expected: 0 to " + most + ")");
        }
        boolean mapped = length >= MAPPED_BITS
                && EmbeddedIpv4.isMapped(address.family(), address.high(), address.low());
        return mapped
                ? new Prefix(Family.IPV4, 0, address.low() & 0xFFFF_FFFFL, length - MAPPED_BITS)
                : new Prefix(address.family(), address.high(), address.low(), length);
    }

    /** Whether the address is in the range. */
    public boolean contains(Family family, long high, long low) {
        if (EmbeddedIpv4.isMapped(family, high, low)) {
            return contains(Family.IPV4, 0, low & 0xFFFF_FFFFL);
        }
        return family == this.family
                && (high & highMask(family, length)) == this.high
                && (low & lowMask(family, length)) == this.low;
    }

    static long highMask(Family family, int length) {
        return family == Family.IPV4 ? 0 : ones(Math.min(length, Long.SIZE));
    }

    static long lowMask(Family family, int length) {
        return family == Family.IPV4 ? ones(length) >>> 32 : ones(Math.max(length - Long.SIZE, 0));
    }

    private static long ones(int count) {
        return count == 0 ? 0 : -1L << Long.SIZE - count;
    }

    private static int length(String digits) {
        return AddressText.number(digits, 10, 3);
    }

    @Override
    public String toString() {
        return AddressText.format(family, high, low) + "/" + length;
    }
}
