// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.auth;

import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.attribute.TransportAddress.Family;

/**
 * The network of a client as one number, never 0: IPv4 /24, IPv6 /64. Whoever has one address of these has, or can
 * borrow, the others. An IPv4-mapped IPv6 address is IPv4, or all of IPv4 would be one network. Safe from any thread.
 */
final class ClientNetwork {
    /** Not the beginning of any IPv6 address in use (2000::/3, fc00::/7, fe80::/10, ff00::/8, ::/8). */
    private static final long IPV4 = 0x8000_0000_0000_0000L;
    private static final long MAPPED = 0xFFFFL;
    private static final long LOOPBACK_NETWORK = 127;

    private ClientNetwork() {}

    static long of(TransportAddress client) {
        if (client.family() == Family.IPV4 || isMapped(client)) {
            return IPV4 | (client.low() & 0xFFFF_FFFFL) >>> 8;
        }
        return client.high() == 0 ? 1 : client.high();
    }

    /** Whether it is this very machine, as which nobody outside can pose. */
    static boolean isLoopback(TransportAddress client) {
        if (client.family() == Family.IPV4 || isMapped(client)) {
            return (client.low() & 0xFFFF_FFFFL) >>> 24 == LOOPBACK_NETWORK;
        }
        return client.high() == 0 && client.low() == 1;
    }

    private static boolean isMapped(TransportAddress client) {
        return client.family() == Family.IPV6 && client.high() == 0 && client.low() >>> 32 == MAPPED;
    }
}
