// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import im.thingle.stun.attribute.TransportAddress;

/**
 * What an allocation did, told once when it ended. Immutable.
 *
 * @param relayedV4 its relayed IPv4 address; null: none
 * @param relayedV6 its relayed IPv6 address; null: none
 * @param tcp whether it relayed TCP
 * @param bytesToPeer payload, without any header
 * @param packetsDropped packets of either way that were not relayed: no permission, over the rate, no room
 */
public record AllocationReport(FiveTuple client, String username, TransportAddress relayedV4,
        TransportAddress relayedV6, boolean tcp, long bytesToPeer, long packetsToPeer, long bytesToClient,
        long packetsToClient, long packetsDropped, long durationNanos, AllocationEnd reason) {}
