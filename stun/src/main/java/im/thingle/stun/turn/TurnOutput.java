// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.attribute.TransportAddress.Family;
import java.nio.ByteBuffer;

/**
 * What the machine wants done. An output may write, schedule or record; it never calls back into the machine during the
 * call. Buffers are good from position to limit during the call only. Confined to its event loop.
 */
public interface TurnOutput {
    /** Sends a STUN message to the client. */
    void send(FiveTuple to, ByteBuffer message);

    /** Opens a relayed socket, or two; answered later by {@link TurnServer#onRelayOpened} or its failure. */
    void openRelay(long request, FiveTuple client, RelayRequest wanted);

    /** The sockets opened for this request are this allocation's now; its success response is sent next. */
    void relayOpened(Allocation allocation, long request);

    /** The sockets opened for this request are wanted no more: its client went away meanwhile. */
    void relayUnwanted(long request);

    /** Closes the allocation's relayed sockets and its peers' TCP connections. */
    void closeRelay(Allocation allocation);

    /**
     * Closes the relayed socket of one family, of two that the allocation had; doing it with the other's is no harm.
     */
    void closeRelay(Allocation allocation, Family family);

    /** Somebody may send to the client from now on who could not before; told after the response. */
    void permitted(Allocation allocation);

    /** Sends the payload of a Send indication to a peer. */
    void sendToPeer(Allocation allocation, TransportAddress peer, ByteBuffer data, boolean dontFragment);

    /** A channel was bound: the data plane can make ready for it. */
    void channelBound(Allocation allocation, Channel channel);

    /** A channel expired or its allocation ended. */
    void channelUnbound(Allocation allocation, Channel channel);

    /**
     * The allocation's client is about to move (RFC 8016): data may come from both places, and goes to the old one.
     * What comes from the new one is to be told to {@link TurnServer#onActive}, if it is no STUN message.
     */
    void moving(Allocation allocation, FiveTuple to);

    /** The allocation's client does not move there after all. */
    void notMoving(Allocation allocation, FiveTuple to);

    /** The allocation's client has moved where it was {@link #moving} to. */
    void moved(Allocation allocation, FiveTuple from, FiveTuple to);

    /** Opens a TCP connection to a peer (RFC 6062 §5.2). */
    void connectPeer(Allocation allocation, int connectionId, TransportAddress peer);

    /** Joins a peer's TCP connection and the client's data connection, on which the success response was sent. */
    void bindConnection(Allocation allocation, int connectionId, FiveTuple dataConnection);

    /** Closes a peer's TCP connection. */
    void closePeerConnection(Allocation allocation, int connectionId);

    /** A Binding request was answered with the client's address. */
    void answeredBinding();

    /** An allocation began. */
    void started(Allocation allocation);

    /** An allocation ended. */
    void ended(AllocationReport report);

    /** A client did not get what it asked for. All but the first two may be null. */
    void refused(TurnRefusal why, FiveTuple from, String username, TransportAddress peer, String rule);
}
