// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.net;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/** The threads that drive every socket, and the choice of transport. Safe from any thread. */
public final class EventLoops implements AutoCloseable {
    private final Transport transport;
    private final IoEventLoopGroup group;
    private final List<IoEventLoop> loops = new ArrayList<>();

    private EventLoops(Transport transport, int threads) {
        this.transport = transport;
        var factory = transport == Transport.EPOLL ? QuietFirst.over(EpollIoHandler.newFactory()) : NioIoHandler.newFactory();
        group = new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory("thingle-loop"), factory);
        group.forEach(loop -> loops.add((IoEventLoop) loop));
    }

    /**
     * @param threads how many loops; 0: one per core
     * @throws IllegalStateException if epoll is asked for and the machine has none
     */
    public static EventLoops open(Transport transport, int threads) {
        if (transport == Transport.EPOLL && !Epoll.isAvailable()) {
            throw new IllegalStateException(
                    "epoll is not available here: " + Epoll.unavailabilityCause().getMessage());
        }
        return new EventLoops(transport, threads > 0 ? threads : Runtime.getRuntime().availableProcessors());
    }

    /** Whether {@link Transport#EPOLL} can be had on this machine. */
    public static boolean epollAvailable() {
        return Epoll.isAvailable();
    }

    public Transport transport() {
        return transport;
    }

    /** The loops as Netty's channels want them. */
    public IoEventLoopGroup group() {
        return group;
    }

    /** All loops, in a fixed order. */
    public List<IoEventLoop> all() {
        return List.copyOf(loops);
    }

    /** The class of client channels that fits these loops. */
    public Class<? extends SocketChannel> socketChannel() {
        return transport == Transport.EPOLL ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    /** The class of server channels that fits these loops. */
    public Class<? extends ServerSocketChannel> serverSocketChannel() {
        return transport == Transport.EPOLL ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    /**
     * Listens on {@code address}: with epoll once per loop, all bound before the first client is accepted, else on the
     * first loop only.
     *
     * @param listeners for each loop by its index, what becomes of its sockets
     * @throws IOException if the address cannot be bound; its message names the address
     */
    public List<Acceptor> listen(InetSocketAddress address, IntFunction<Acceptor.Listener> listeners)
            throws IOException {
        List<Acceptor> acceptors = new ArrayList<>();
        try {
            if (transport == Transport.NIO) {
                NioAcceptor acceptor = NioAcceptor.bind(address, listeners.apply(0));
                acceptors.add(acceptor);
                loops.getFirst().submit(() -> acceptor.start(loops.getFirst())).syncUninterruptibly();
                return acceptors;
            }
            EpollAcceptor.probe(address);
            InetSocketAddress bound = address;
            for (int i = 0; i < loops.size(); i++) {
                acceptors.add(EpollAcceptor.bind(bound, listeners.apply(i)));
                bound = acceptors.getFirst().localAddress();
            }
            for (int i = 0; i < loops.size(); i++) {
                EpollAcceptor acceptor = (EpollAcceptor) acceptors.get(i);
                IoEventLoop loop = loops.get(i);
                loop.submit(() -> acceptor.start(loop)).syncUninterruptibly();
            }
            return acceptors;
        } catch (IOException e) {
            acceptors.forEach(Acceptor::close);
            throw new IOException("cannot listen on " + NetUtil.toSocketAddressString(address) + ": " + e.getMessage(), e);
        }
    }

    /** Stops all loops; waits for at most a few seconds. */
    @Override
    public void close() {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
    }
}
