// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.relay.udp.DatagramSocketPort;
import im.thingle.relay.udp.Destination;

/** Where a channel's data leaves, and for where: the channel's attachment. Confined to its event loop. */
record ChannelRoute(DatagramSocketPort port, Destination destination) {}
