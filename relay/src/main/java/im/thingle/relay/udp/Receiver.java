// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

import im.thingle.stun.attribute.TransportAddress;

/** Is told what arrives at a {@link DatagramSocketPort}. Confined to its event loop. */
public interface Receiver {
    void onDatagram(DatagramSocketPort port, Datagram datagram);

    /** A datagram or an error could not be handled because of a fault of ours, and is lost; the port goes on. */
    void onFault(DatagramSocketPort port, Throwable bug);

    /**
     * A datagram sent earlier has met an ICMP error, whose type, code and data are as the ICMP of the peer's family has
     * them ("fragmentation needed": data is the MTU). Only for {@link Options#receiveErrors()} and where the engine
     * can.
     */
    default void onError(DatagramSocketPort port, TransportAddress peer, int type, int code, int data) {}
}
