// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.admin;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Serves {@code /metrics}, {@code /healthz} and {@code /readyz} over HTTP, on a thread of its own, so that a scrape
 * never delays a stream. Safe from any thread.
 */
public final class AdminServer implements AutoCloseable {
    private static final int IDLE_SECONDS = 60;
    private static final int LONGEST_LINE = 2048;
    private static final int LONGEST_HEADERS = 8192;
    private static final int LONGEST_BODY = 1024;
    private static final int MOST_CONNECTIONS = 100;

    private final EventLoopGroup loop;
    private final Channel listener;

    private AdminServer(EventLoopGroup loop, Channel listener) {
        this.loop = loop;
        this.listener = listener;
    }

    /** @throws IOException if the address cannot be bound; its message names the address */
    public static AdminServer start(InetSocketAddress address, CollectorRegistry registry, Readiness readiness)
            throws IOException {
        var loop = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("thingle-admin", true), NioIoHandler.newFactory());
        var bound = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .childHandler(new Connections(new AdminPages(registry, readiness)))
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw new IOException("cannot listen on " + NetUtil.toSocketAddressString(address) + ": "
                    + bound.cause().getMessage(), bound.cause());
        }
        return new AdminServer(loop, bound.channel());
    }

    /** Where it really listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    @Override
    public void close() {
        listener.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }

    private static final class Connections extends ChannelInitializer<SocketChannel> {
        private final AdminPages pages;
        private final AtomicInteger open = new AtomicInteger();

        private Connections(AdminPages pages) {
            this.pages = pages;
        }

        @Override
        protected void initChannel(SocketChannel channel) {
            channel.closeFuture().addListener(closed -> open.decrementAndGet());
            if (open.incrementAndGet() > MOST_CONNECTIONS) {
                channel.close();
                return;
            }
            channel.pipeline().addLast(
                    new IdleStateHandler(IDLE_SECONDS, 0, 0),
                    new HttpServerCodec(LONGEST_LINE, LONGEST_HEADERS, LONGEST_HEADERS),
                    new HttpObjectAggregator(LONGEST_BODY),
                    new AdminHandler(pages));
        }
    }
}
