// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

import im.thingle.stun.attribute.TransportAddress;
import java.nio.ByteBuffer;

/**
 * A bound datagram socket. Sending never blocks and never fails to the caller: what the kernel does not take is counted
 * ({@link EngineCounters}). The order within a flow, which is a port and a {@link Destination}, is kept. Ports may be
 * closed at any time, also while a datagram of theirs is being handled. Confined to its event loop.
 */
public interface DatagramSocketPort extends AutoCloseable {
    /** The address the socket is bound to, with the port that it got. */
    TransportAddress localAddress();

    /** Begins to read. */
    void start();

    /** Sends the bytes from position to limit, which are copied during the call; the buffer's position stays. */
    void send(Destination to, ByteBuffer data);

    /** Like {@link #send(Destination, ByteBuffer)}, at once and forbidding every router to fragment it. */
    void sendUnfragmented(Destination to, ByteBuffer data);

    /** Sends, like {@link #send}, to where {@code in} came from; for answers to those of whom nothing is kept. */
    void reply(Datagram in, ByteBuffer data);

    /**
     * Sends bytes of a datagram on as they are, without a copy.
     *
     * @param in received by a port of the same engine, and being handled
     * @param offset absolute in {@code in.bytes()}, as {@code in.offset() + 4}
     */
    void forward(Datagram in, int offset, int length, Destination to);

    /** Sends a whole datagram on behind a ChannelData header (RFC 8656 §12.4), unpadded. */
    void forwardFramed(Datagram in, int channelNumber, Destination to);

    /** Sends what is queued and closes the socket; once more does nothing. */
    @Override
    void close();
}
