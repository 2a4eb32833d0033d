// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.attribute.TransportAddress.Family;
import java.nio.ByteBuffer;

/**
 * A received datagram. The object is used for one datagram after the other: it and its bytes are valid during
 * {@link Receiver#onDatagram} only. Confined to its event loop.
 */
public interface Datagram {
    /**
     * A buffer in network byte order, from {@link #offset()} as position to the end of the datagram as limit; not to be
     * kept.
     */
    ByteBuffer bytes();

    /** Where the datagram begins in {@link #bytes()}. */
    int offset();

    int length();

    Family sourceFamily();

    /** As in {@link TransportAddress}. */
    long sourceHigh();

    /** As in {@link TransportAddress}. */
    long sourceLow();

    int sourcePort();

    /** The source as an object of its own, for where one is kept. */
    default TransportAddress source() {
        return new TransportAddress(sourceFamily(), sourceHigh(), sourceLow(), sourcePort());
    }
}
