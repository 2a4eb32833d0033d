// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

import java.io.IOException;

/** How an engine hears which of its sockets are ready. Confined to its event loop. */
interface Readiness {
    /** Watches a socket from now on, until it is closed. */
    void add(NativeDatagramSocket socket) throws IOException;

    /** The socket is about to be closed. */
    void remove(NativeDatagramSocket socket);

    /** A turn's end: hands what waited for it to the engine. */
    void serve();

    /** How long the loop may wait before the next turn; negative: until something is ready. */
    long mostWaitNanos();

    /** What the turn has moved, after it was sent. */
    void served(int datagrams);

    void free();
}
