// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.net;

import io.netty.channel.ChannelException;
import io.netty.channel.unix.Errors;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;

/**
 * Opens sockets for one loop alone, where {@link EventLoops#listen} opens them for all. A listener and any number of
 * connections may have the same address and port, as RFC 6062 §5 has it for a relayed address. Safe from any thread.
 */
public final class StreamSockets {
    private static final int EADDRINUSE = 98;

    private StreamSockets() {}

    /**
     * Listens; nothing is accepted before {@link Acceptor#start}.
     *
     * @throws BindException if somebody else listens there
     * @throws IOException if it cannot be had for any other reason
     */
    public static Acceptor listen(Transport transport, InetSocketAddress address, Acceptor.Listener listener)
            throws IOException {
        try {
            if (transport == Transport.NIO) {
                NioAcceptor.probe(address);
                return NioAcceptor.bind(address, listener, true);
            }
            EpollAcceptor.probe(address);
            return EpollAcceptor.bind(address, listener);
        } catch (Errors.NativeIoException e) {
            throw e.expectedErr() == -EADDRINUSE ? new BindException(e.getMessage()) : e;
        } catch (ChannelException outOfDescriptors) {
            throw new IOException(outOfDescriptors.getMessage(), outOfDescriptors);
        }
    }

    /**
     * Begins to connect. The socket is to be attached, and to be asked {@link StreamSocket#finishConnect} when it is
     * writable.
     *
     * @throws IOException if it is clear already that nothing will come of it
     */
    public static StreamSocket connect(Transport transport, InetSocketAddress from, InetSocketAddress to)
            throws IOException {
        try {
            return transport == Transport.NIO ? NioStreamSocket.connect(from, to) : EpollStreamSocket.connect(from, to);
        } catch (ChannelException outOfDescriptors) {
            throw new IOException(outOfDescriptors.getMessage(), outOfDescriptors);
        } catch (IllegalArgumentException mixedFamilies) {
            throw new IOException("cannot connect from " + from + " to " + to, mixedFamilies);
        }
    }
}
