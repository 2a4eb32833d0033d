// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

import im.thingle.relay.net.Transport;
import im.thingle.stun.attribute.TransportAddress;
import io.netty.channel.IoEventLoop;
import java.io.IOException;

/**
 * The datagram sockets of one event loop. Whatever is queued on any of them leaves in batches at the end of the loop's
 * turn. Confined to its event loop.
 */
public interface DatagramEngine extends AutoCloseable {
    /**
     * The engine for a loop of {@code EventLoops}; to be called on that loop.
     *
     * @throws IOException if the kernel refuses what the engine is made of, such as descriptors
     */
    static DatagramEngine on(IoEventLoop loop, Transport transport, EngineSettings settings) throws IOException {
        assert loop.inEventLoop();
        return transport == Transport.EPOLL && !settings.portable()
                ? NativeDatagramEngine.on(loop, settings)
                : new PortableDatagramEngine(loop, transport);
    }

    /**
     * Binds a socket. Nothing is read before {@link DatagramSocketPort#start()}.
     *
     * @param bind port 0: any
     * @throws java.net.BindException if the address is taken or not of this machine
     * @throws IOException if there is no descriptor left, or the family is not to be had
     */
    DatagramSocketPort open(TransportAddress bind, Options options, Receiver receiver) throws IOException;

    /** Prepares an address for sending to it again and again; to be closed. */
    Destination destination(TransportAddress to);

    /** What the engine has done so far. */
    EngineCounters counters();

    /** Sends what is queued and closes all sockets. */
    @Override
    void close();
}
