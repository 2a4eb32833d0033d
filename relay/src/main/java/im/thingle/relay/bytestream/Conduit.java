// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import im.thingle.relay.net.StreamSocket;
import java.io.IOException;

/**
 * A place where bytes rest on their way from one socket to another: a kernel pipe, or a buffer. Borrowed from a {@link
 * ConduitPool} while bytes are under way, and given back empty. Confined to its event loop.
 */
interface Conduit {
    /** {@link #fill} found the end of file. */
    long END = -1;

    /**
     * Takes bytes in.
     *
     * @param atMost bytes to take
     * @return how many came; 0 if there are none now; {@link #END} at the end of file
     * @throws IOException if the connection is broken
     */
    long fill(StreamSocket source, long atMost) throws IOException;

    /**
     * Lets bytes out.
     *
     * @return how many went; 0 if the sink is full
     * @throws IOException if the connection is broken
     */
    long flush(StreamSocket sink) throws IOException;

    /** Bytes now inside. */
    long held();

    /** Frees what the system lent; the conduit is of no use any more. */
    void close();
}
