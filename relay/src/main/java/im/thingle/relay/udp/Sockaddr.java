// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.attribute.TransportAddress.Family;

/**
 * The kernel's form of an address, in a {@link Memory}. Immutable.
 *
 * <pre>
 *  sockaddr_in    0 family  2 port  4 address (4)
 *  sockaddr_in6   0 family  2 port  4 flow label  8 address (16)  24 scope
 * </pre>
 *
 * The family is a number of the machine's byte order, port and address are in the network's.
 */
final class Sockaddr {
    /** Room for either form, and no more than one to a cache line. */
    static final int ROOM = 32;

    static final int IPV4_LENGTH = 16;
    static final int IPV6_LENGTH = 28;
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;

    private static final int PORT = 2;
    private static final int IPV4_ADDRESS = 4;
    private static final int IPV6_ADDRESS = 8;

    private Sockaddr() {}

    static int family(Family family) {
        return family == Family.IPV4 ? AF_INET : AF_INET6;
    }

    static int length(Family family) {
        return family == Family.IPV4 ? IPV4_LENGTH : IPV6_LENGTH;
    }

    /** Writes all of {@link #ROOM}. */
    static void write(Memory memory, long offset, TransportAddress address) {
        for (int i = 0; i < ROOM; i += Long.BYTES) {
            memory.putLong(offset + i, 0);
        }
        memory.putShort(offset, (short) family(address.family()));
        memory.putNetworkShort(offset + PORT, (short) address.port());
        if (address.family() == Family.IPV4) {
            memory.putNetworkInt(offset + IPV4_ADDRESS, (int) address.low());
        } else {
            memory.putNetworkLong(offset + IPV6_ADDRESS, address.high());
            memory.putNetworkLong(offset + IPV6_ADDRESS + Long.BYTES, address.low());
        }
    }

    static TransportAddress read(Memory memory, long offset) {
        return new TransportAddress(
                family(memory, offset), high(memory, offset), low(memory, offset), port(memory, offset));
    }

    static Family family(Memory memory, long offset) {
        return memory.getShort(offset) == AF_INET ? Family.IPV4 : Family.IPV6;
    }

    static long high(Memory memory, long offset) {
        return memory.getShort(offset) == AF_INET ? 0 : memory.getNetworkLong(offset + IPV6_ADDRESS);
    }

    static long low(Memory memory, long offset) {
        return memory.getShort(offset) == AF_INET
                ? Integer.toUnsignedLong(memory.getNetworkInt(offset + IPV4_ADDRESS))
                : memory.getNetworkLong(offset + IPV6_ADDRESS + Long.BYTES);
    }

    static int port(Memory memory, long offset) {
        return Short.toUnsignedInt(memory.getNetworkShort(offset + PORT));
    }
}
