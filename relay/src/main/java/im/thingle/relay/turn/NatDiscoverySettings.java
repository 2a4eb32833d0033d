// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import java.net.InetSocketAddress;

/**
 * The two addresses and two ports of RFC 5780 §6, which answers from the other one of each on request. Clients are told
 * the announced addresses, where the relayed ones say so. Immutable.
 *
 * @param primary bound besides the UDP listeners, or one of them
 * @param alternate another address with another port
 */
public record NatDiscoverySettings(InetSocketAddress primary, InetSocketAddress alternate) {}
