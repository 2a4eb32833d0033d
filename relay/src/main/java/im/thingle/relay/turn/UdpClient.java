// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.relay.udp.Destination;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.turn.Allocation;
import im.thingle.stun.turn.FiveTuple;

/**
 * A client with an allocation, reached by plain UDP. On loops other than its allocation's, where its datagrams may
 * arrive after it has moved (RFC 8016), it stands for the way there. Confined to its event loop.
 */
final class UdpClient {
    private final FiveTuple tuple;
    private final UdpListener listener;
    private final Allocation allocation;
    private final Destination destination;
    private final TurnShard owner;
    // copied out of the tuple, since every datagram asks for them
    private final long high;
    private final long low;
    private final int port;
    private boolean arriving;

    private UdpClient(
            FiveTuple tuple, UdpListener listener, Allocation allocation, Destination destination, TurnShard owner) {
        this.tuple = tuple;
        this.listener = listener;
        this.allocation = allocation;
        this.destination = destination;
        this.owner = owner;
        TransportAddress client = tuple.client();
        high = client.high();
        low = client.low();
        port = client.port();
    }

    /** A client whose allocation lives here. */
    static UdpClient here(UdpListener listener, Allocation allocation, FiveTuple tuple, Destination destination) {
        return new UdpClient(tuple, listener, allocation, destination, null);
    }

    /** A client whose allocation lives on another loop. */
    static UdpClient elsewhere(UdpListener listener, FiveTuple tuple, TurnShard owner) {
        return new UdpClient(tuple, listener, null, null, owner);
    }

    boolean isAt(UdpListener listener, long high, long low, int port) {
        return this.low == low && this.port == port && this.high == high && this.listener == listener;
    }

    FiveTuple tuple() {
        return tuple;
    }

    UdpListener listener() {
        return listener;
    }

    /** Null where {@link #owner()} is not. */
    Allocation allocation() {
        return allocation;
    }

    /** Null where {@link #owner()} is not. */
    Destination destination() {
        return destination;
    }

    /** The loop of the allocation; null: this one. */
    TurnShard owner() {
        return owner;
    }

    /** Whether the client is only about to move here (RFC 8016): the machine is to hear of data from here. */
    boolean isArriving() {
        return arriving;
    }

    void arriving(boolean now) {
        arriving = now;
    }

    long high() {
        return high;
    }

    long low() {
        return low;
    }

    int port() {
        return port;
    }
}
