// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import im.thingle.stun.attribute.TransportAddress;

/**
 * What tells one client from another, RFC 8656 §2.2: both ends of the path between client and server, and its
 * transport. Immutable.
 *
 * @param client where the client's packets come from, as the server sees it
 * @param server where they arrive
 */
public record FiveTuple(ClientTransport transport, TransportAddress client, TransportAddress server) {
    @Override
    public int hashCode() {
        // The server's half is nearly always the same: left to equals.
        long mixed = (client.low() ^ Long.rotateLeft(client.high(), 17)) * 0x9E3779B97F4A7C15L
                + client.port() * 0xC2B2AE3D27D4EB4FL + transport.ordinal();
        return (int) (mixed ^ mixed >>> 32);
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof FiveTuple(ClientTransport otherTransport, TransportAddress otherClient,
                        TransportAddress otherServer)
                && transport == otherTransport && same(client, otherClient) && same(server, otherServer);
    }

    private static boolean same(TransportAddress one, TransportAddress other) {
        return one.port() == other.port() && one.low() == other.low() && one.high() == other.high()
                && one.family() == other.family();
    }
}
