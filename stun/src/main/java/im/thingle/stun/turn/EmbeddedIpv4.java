// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import im.thingle.stun.attribute.TransportAddress.Family;

/**
 * Finds the IPv4 address that an IPv6 address leads to. Whoever may not be reached by the one must not be reached by
 * the other: RFC 4291 §2.5.5 (mapped, compatible), RFC 3056 (6to4), RFC 6052 (NAT64), RFC 2765 (translated), RFC 5214
 * §6.1 (ISATAP). Immutable.
 */
final class EmbeddedIpv4 {
    /** There is no IPv4 address in it. */
    static final long NONE = -1;

    private static final long NAT64_HIGH = 0x0064_FF9B_0000_0000L;
    private static final long MASK = 0xFFFF_FFFFL;
    private static final long ISATAP = 0x0000_5EFEL;
    /** The two bits of an ISATAP interface identifier that say "local" and "group". */
    private static final long ISATAP_FLAGS = 0x0300_0000L;

    private EmbeddedIpv4() {}

    /** Whether it is ::ffff:a.b.c.d, which every system takes for the IPv4 address itself. */
    static boolean isMapped(Family family, long high, long low) {
        return family == Family.IPV6 && high == 0 && low >>> 32 == 0xFFFF;
    }

    /** The IPv4 address in an IPv6 address, or {@link #NONE}. */
    static long of(long high, long low) {
        if (high == 0 && low >>> 32 == 0 && low > 1) { // :: and ::1 are addresses of their own
            return low;
        }
        if (high == 0 && (low >>> 32 == 0xFFFF || low >>> 32 == 0xFFFF_0000L)) {
            return low & MASK;
        }
        if (high >>> 48 == 0x2002) {
            return high >>> 16 & MASK;
        }
        if (high == NAT64_HIGH && low >>> 32 == 0) {
            return low & MASK;
        }
        return (low >>> 32 & ~ISATAP_FLAGS) == ISATAP ? low & MASK : NONE;
    }

    /**
     * The IPv4 address behind a NAT64 prefix of 32, 40, 48, 56, 64 or 96 bits (RFC 6052 §2.2); bits 64 to 71 carry
     * nothing.
     */
    static long behind(int prefixLength, long high, long low) {
        if (prefixLength == 96) {
            return low & MASK;
        }
        int inHigh = Long.SIZE - prefixLength; // so many bits of the address stand before bit 64
        if (inHigh == 32) {
            return high & MASK;
        }
        long front = inHigh == 0 ? 0 : high & (1L << inHigh) - 1;
        long back = low << 8 >>> Long.SIZE - (32 - inHigh);
        return front << 32 - inHigh | back;
    }

    /** Whether RFC 6052 §2.2 knows such a prefix. */
    static boolean isNat64(Prefix prefix) {
        return prefix.family() == Family.IPV6
                && switch (prefix.length()) {
                    case 32, 40, 48, 56, 64, 96 -> true;
                    default -> false;
                };
    }
}
