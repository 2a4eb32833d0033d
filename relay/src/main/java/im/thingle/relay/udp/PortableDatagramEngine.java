// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

import im.thingle.relay.net.Transport;
import im.thingle.stun.attribute.TransportAddress;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.socket.DatagramChannel;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/**
 * Datagrams through Netty's own channels, for systems without the kernel's batched calls; it makes garbage, does not
 * tell of ICMP errors, and drops datagrams of 2 KB and more and empty ones. Confined to its event loop.
 */
final class PortableDatagramEngine implements DatagramEngine {
    private final IoEventLoop loop;
    private final Transport transport;
    private final EngineCounters counters = new EngineCounters();
    private final List<PortableDatagramSocket> sockets = new ArrayList<>();
    private final List<PortableDatagramSocket> unflushed = new ArrayList<>();
    private final Runnable flush = this::flush;

    PortableDatagramEngine(IoEventLoop loop, Transport transport) {
        this.loop = loop;
        this.transport = transport;
    }

    @Override
    public DatagramSocketPort open(TransportAddress bind, Options options, Receiver receiver) throws IOException {
        assert loop.inEventLoop();
        DatagramChannel channel;
        try {
            channel = PortableChannels.open(transport, bind.family(), options);
        } catch (RuntimeException e) {
            throw new IOException("no socket: " + e.getMessage(), e);
        }
        PortableDatagramSocket socket = new PortableDatagramSocket(this, channel, options, receiver);
        channel.pipeline().addLast(socket.handler());
        // on the loop itself both are done when the call returns
        EventLoop channels = loop;
        ChannelFuture registered = channels.register(channel);
        ChannelFuture bound = registered.isSuccess() ? channel.bind(inet(bind)) : registered;
        if (!bound.isSuccess()) {
            channel.close();
            throw failure(bind, bound.cause());
        }
        sockets.add(socket);
        return socket;
    }

    @Override
    public Destination destination(TransportAddress to) {
        return new PortableDestination(to, inet(to));
    }

    @Override
    public EngineCounters counters() {
        return counters;
    }

    @Override
    public void close() {
        List.copyOf(sockets).forEach(PortableDatagramSocket::close);
    }

    /** Something was written; it is to be sent when the loop has handled what it has at hand. */
    void wrote(PortableDatagramSocket socket) {
        if (unflushed.isEmpty()) {
            loop.execute(flush);
        }
        unflushed.add(socket);
    }

    void closed(PortableDatagramSocket socket) {
        sockets.remove(socket);
    }

    private void flush() {
        for (int i = 0; i < unflushed.size(); i++) {
            unflushed.get(i).flush();
        }
        unflushed.clear();
    }

    private static IOException failure(TransportAddress bind, Throwable why) {
        String what = "cannot bind port " + bind.port() + ": " + (why == null ? "not at once" : why.getMessage());
        // Netty's own sockets report a bind error without its kind
        boolean address = why instanceof BindException || what.contains("bind(..)");
        IOException failure = address ? new BindException(what) : new IOException(what);
        failure.initCause(why);
        return failure;
    }

    private static InetSocketAddress inet(TransportAddress address) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address.address()), address.port());
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
