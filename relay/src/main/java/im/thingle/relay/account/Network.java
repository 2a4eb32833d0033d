// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.account;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * Whom an address stands for when limits are counted: an IPv4 address for itself, an IPv6 address for its /64, since
 * every household has 2^64 of those. Immutable.
 */
public record Network(int family, long prefix) {
    public static Network of(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return bytes.remaining() == 4 ? new Network(4, bytes.getInt()) : new Network(6, bytes.getLong());
    }
}
