// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import im.thingle.stun.attribute.TransportAddress;

/**
 * What an allocation did, told when it ended, or did so far, told when somebody asks. Immutable.
 *
 * @param id names it in logs and towards operators; 48 bits
 * @param username the name on the wire
 * @param user who that is, without the time that a shared-secret credential has in it
 * @param relayedV4 its relayed IPv4 address; null: none
 * @param relayedV6 its relayed IPv6 address; null: none
 * @param tcp whether it relayed TCP
 * @param bytesToPeer payload, without any header
 * @param packetsDropped packets of either way that were not relayed: no permission, over the rate, no room
 * @param durationNanos from its beginning to its end, or so far
 * @param reason null: it has not ended
 */
public record AllocationReport(long id, FiveTuple client, String username, String user, TransportAddress relayedV4,
        TransportAddress relayedV6, boolean tcp, long bytesToPeer, long packetsToPeer, long bytesToClient,
        long packetsToClient, long packetsDropped, long durationNanos, AllocationEnd reason) {}
