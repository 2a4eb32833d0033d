// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

import im.thingle.stun.attribute.TransportAddress;
import java.net.InetSocketAddress;

/**
 * An address as Netty's channels want it. Immutable.
 *
 * @param address as the protocol knows it
 * @param inet the same
 */
record PortableDestination(TransportAddress address, InetSocketAddress inet) implements Destination {
    @Override
    public void close() {
        // nothing to give back
    }
}
