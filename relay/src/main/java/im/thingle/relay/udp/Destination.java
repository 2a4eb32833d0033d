// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

import im.thingle.stun.attribute.TransportAddress;

/**
 * An address made ready for the kernel. It may be closed while datagrams to it are queued: they still go there.
 * Confined to its event loop.
 */
public interface Destination extends AutoCloseable {
    /** Made anew on each call. */
    TransportAddress address();

    /** Once more does nothing. */
    @Override
    void close();
}
