// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** Resolves the server's name and tries its addresses one after another. Confined to its event loop. */
final class LinkConnector {
    private static final int CONNECT_MILLIS = 10_000;
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(256 * 1024, 1024 * 1024);

    private final ComponentSettings settings;
    private final StreamAdvice advice;
    private final Optional<SslContext> tls;
    private final EventLoop loop;
    private final Bootstrap bootstrap;
    private ChannelFuture connecting;
    private boolean cancelled;

    LinkConnector(ComponentSettings settings, EventLoop loop, Class<? extends Channel> socketChannelClass) {
        this.settings = settings;
        this.loop = loop;
        advice = new StreamAdvice(settings);
        tls = LinkTls.context(settings.tls());
        bootstrap = new Bootstrap()
                .group(loop)
                .channel(socketChannelClass)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK);
    }

    /**
     * Connects once.
     *
     * @param newHandler makes the handler of one try; it learns of a success by becoming active
     * @param onFailure gets reason and advice if no address answers
     */
    void connect(Supplier<LinkHandler> newHandler, BiConsumer<String, String> onFailure) {
        // The JDK's resolver blocks, and the loop carries other people's bytes.
        Thread.ofVirtual().name("thingle-resolve").start(() -> {
            try {
                InetAddress[] addresses = InetAddress.getAllByName(settings.host());
                hop(() -> connect(addresses, 0, newHandler, onFailure));
            } catch (UnknownHostException e) {
                hop(() -> onFailure.accept("the name " + settings.host() + " has no address", advice.unknownHost()));
            }
        });
    }

    /** Gives up what is under way; the link is closing. */
    void cancel() {
        cancelled = true;
        if (connecting != null) {
            connecting.cancel(false);
        }
    }

    private void connect(InetAddress[] addresses, int index, Supplier<LinkHandler> newHandler,
            BiConsumer<String, String> onFailure) {
        if (cancelled) {
            return;
        }
        InetSocketAddress address = new InetSocketAddress(addresses[index], settings.port());
        connecting = bootstrap.clone().handler(pipeline(newHandler)).connect(address);
        connecting.addListener((ChannelFuture future) -> {
            connecting = null;
            if (future.isSuccess() || cancelled) {
                return;
            }
            if (index + 1 < addresses.length) {
                connect(addresses, index + 1, newHandler, onFailure);
            } else {
                onFailure.accept("cannot connect to " + settings.server() + ": " + future.cause().getMessage(),
                        advice.notListening());
            }
        });
    }

    private ChannelInitializer<Channel> pipeline(Supplier<LinkHandler> newHandler) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                tls.ifPresent(context -> channel.pipeline().addLast(LinkTls.handler(context, settings, channel)));
                channel.pipeline().addLast(newHandler.get());
            }
        };
    }

    private void hop(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            // The process is going down.
        }
    }
}
