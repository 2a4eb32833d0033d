// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.stun.attribute.TransportAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Turns addresses of {@code java.net} into the protocol's and back. Safe from any thread. */
final class SocketAddresses {
    private SocketAddresses() {}

    static TransportAddress of(InetSocketAddress address) {
        return TransportAddress.of(address.getAddress().getAddress(), address.getPort());
    }

    static InetSocketAddress of(TransportAddress address) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address.address()), address.port());
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible); // only for lengths other than 4 and 16
        }
    }
}
