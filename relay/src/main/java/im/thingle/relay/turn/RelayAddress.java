// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import java.net.InetAddress;

/**
 * An address that relayed sockets are bound to, and the one that the world sees: they differ behind a 1:1 NAT.
 * Immutable.
 *
 * @param bind an address of this machine, not a wildcard
 * @param announced of the same family; what clients are told
 */
public record RelayAddress(InetAddress bind, InetAddress announced) {
    public RelayAddress {
        if (bind.getAddress().length != announced.getAddress().length) {
            throw new IllegalArgumentException(
                    "relay address " + bind.getHostAddress() + " is announced as " + announced.getHostAddress()
                            + " (expected: the same family)");
        }
    }
}
