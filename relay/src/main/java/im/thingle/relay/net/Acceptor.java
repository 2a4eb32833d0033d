// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.net;

import io.netty.channel.IoEventLoop;
import java.net.InetSocketAddress;

/** A listening socket on one event loop. Confined to its event loop. */
public interface Acceptor {
    /** What becomes of the sockets. Called on the acceptor's loop. */
    interface Listener {
        /** A client has connected; nothing was read yet and nothing drives the socket yet. */
        void accepted(StreamSocket socket);

        /** A client was turned away because the process has no descriptor left. */
        void outOfDescriptors();
    }

    /** Begins to accept; {@code loop} must be the current thread's. */
    void start(IoEventLoop loop);

    /** What is really bound: the port is known here even when 0 was asked for. */
    InetSocketAddress localAddress();

    /** Closes the listening socket, so that the kernel refuses newcomers. May be called from any thread. */
    void close();
}
