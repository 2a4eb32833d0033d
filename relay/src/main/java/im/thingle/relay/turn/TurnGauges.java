// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

/**
 * How things stand now, summed over all event loops; a second old at most. Immutable.
 *
 * @param allocations live allocations
 * @param streams TCP and TLS connections of clients
 * @param dtls DTLS associations, half-open ones among them
 * @param dtlsHandshakes DTLS associations that are half-open
 * @param peerConnections TCP connections with peers (RFC 6062)
 * @param bytesToPeers payload relayed from clients since start
 * @param packetsToPeers likewise, in datagrams
 * @param bytesToClients payload relayed from peers since start
 * @param packetsToClients likewise, in datagrams
 * @param packetsDropped relayable data that was not relayed: over a rate, without a permission, slow client, send error
 * @param sendBufferFull datagrams that the kernel had no room for, all those of the sockets, not only relayed ones
 * @param sendErrors likewise, that the kernel refused for another reason
 * @param bindings STUN Binding requests answered with success
 * @param earlyChecks connectivity checks that came before their permission and went on after it
 * @param malformed datagrams and stream frames that were neither STUN nor ChannelData
 * @param relayPortsInUse over all relayed addresses
 */
public record TurnGauges(
        long allocations,
        long streams,
        long dtls,
        long dtlsHandshakes,
        long peerConnections,
        long bytesToPeers,
        long packetsToPeers,
        long bytesToClients,
        long packetsToClients,
        long packetsDropped,
        long sendBufferFull,
        long sendErrors,
        long bindings,
        long earlyChecks,
        long malformed,
        long relayPortsInUse) {}
