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
import java.nio.channels.Channel;
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
    /** Given up for a moment when descriptors run out, so that the newcomer can be accepted and refused. */
    private SocketChannel spare;
    /** Whether those who wait cannot even be refused, which is told once. */
    private boolean stuck;

    private NioAcceptor(ServerSocketChannel server, Listener listener) throws IOException {
        this.server = server;
        this.listener = listener;
        this.spare = SocketChannel.open();
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
        haveSpare();
        for (int i = 0; i < BATCH && server.isOpen(); i++) {
            SocketChannel client;
            try {
                client = server.accept();
            } catch (IOException full) {
                if (i == 0) { // else nobody may be waiting: the kernel says that descriptors are out before it looks
                    refuse();
                }
                return;
            }
            if (client == null) {
                return;
            }
            stuck = false;
            welcome(client);
        }
    }

    /** Whoever is next; nobody if the spare descriptor was taken from us just then, and all wait a moment longer. */
    private void refuse() {
        closeQuietly(spare);
        boolean wasStuck = stuck;
        try (SocketChannel client = server.accept()) {
            stuck = false;
            if (client != null) {
                client.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
        } catch (IOException full) {
            stuck = true;
            pause();
        }
        haveSpare();
        if (!stuck || !wasStuck) {
            listener.outOfDescriptors();
        }
    }

    private void haveSpare() {
        if (!spare.isOpen()) {
            try {
                spare = SocketChannel.open();
            } catch (IOException full) {
                // before the next are accepted it is tried again
            }
        }
    }

    /** Waits a moment, since whoever cannot even be refused stays ready and would keep the loop turning. */
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
            closeQuietly(client);
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
        closeQuietly(server);
        closeQuietly(spare);
    }

    private static void closeQuietly(Channel channel) {
        try {
            channel.close();
        } catch (IOException ignored) {
            // gone either way
        }
    }
}
