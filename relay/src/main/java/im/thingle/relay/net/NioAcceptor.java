// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.net;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioIoHandle;
import io.netty.channel.nio.NioIoOps;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;

/** The portable listener, on one loop only. Confined to its event loop. */
final class NioAcceptor implements Acceptor, NioIoHandle {
    private static final int BACKLOG = 4096;
    private static final int BATCH = 64;
    private static final long PAUSE_MILLIS = 250;

    private final ServerSocketChannel server;
    private final Listener listener;
    private IoEventLoop loop;
    private IoRegistration registration;

    private NioAcceptor(ServerSocketChannel server, Listener listener) {
        this.server = server;
        this.listener = listener;
    }

    static NioAcceptor bind(InetSocketAddress address, Listener listener) throws IOException {
        return bind(address, listener, false);
    }

    /**
     * @param shared whether connections may be opened from the same address and port
     */
    static NioAcceptor bind(InetSocketAddress address, Listener listener, boolean shared) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        try {
            server.configureBlocking(false);
            server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            if (shared) {
                reusePort(server);
            }
            server.bind(address, BACKLOG);
            return new NioAcceptor(server, listener);
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    /** Fails if somebody listens on {@code address}, whom {@link #reusePort} would not mind. */
    static void probe(InetSocketAddress address) throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            server.bind(address);
        }
    }

    /** Where the system knows it; elsewhere SO_REUSEADDR has to do. */
    static void reusePort(NetworkChannel channel) throws IOException {
        if (channel.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT)) {
            channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        }
    }

    @Override
    public void start(IoEventLoop loop) {
        this.loop = loop;
        registration = loop.register(this).getNow();
        registration.submit(NioIoOps.ACCEPT);
    }

    @Override
    public void handle(IoRegistration ready, IoEvent event) {
        for (int i = 0; i < BATCH && server.isOpen(); i++) {
            SocketChannel client;
            try {
                client = server.accept();
            } catch (IOException full) {
                listener.outOfDescriptors();
                pause();
                return;
            }
            if (client == null) {
                return;
            }
            welcome(client);
        }
    }

    /** Waits a moment, since whoever cannot be accepted stays ready and would keep the loop turning. */
    private void pause() {
        registration.submit(NioIoOps.NONE);
        loop.schedule(
                () -> {
                    if (server.isOpen()) {
                        registration.submit(NioIoOps.ACCEPT);
                    }
                },
                PAUSE_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    private void welcome(SocketChannel client) {
        try {
            listener.accepted(new NioStreamSocket(client));
        } catch (IOException gone) {
            try {
                client.close();
            } catch (IOException ignored) {
                // gone either way
            }
        }
    }

    @Override
    public InetSocketAddress localAddress() {
        return (InetSocketAddress) server.socket().getLocalSocketAddress();
    }

    @Override
    public SelectableChannel selectableChannel() {
        return server;
    }

    @Override
    public void close() {
        if (loop != null && !loop.inEventLoop() && !loop.isShuttingDown()) {
            loop.submit(this::close).awaitUninterruptibly();
            return;
        }
        if (registration != null) {
            registration.cancel();
        }
        try {
            server.close();
        } catch (IOException ignored) {
            // gone either way
        }
    }
}
