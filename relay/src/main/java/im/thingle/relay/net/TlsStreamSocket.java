// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * The server's end of TLS over a plain socket, which it takes over as one of Netty's channels. Nothing is read from the
 * client before somebody has read what is there, so back-pressure reaches the client. Confined to its event loop.
 */
public final class TlsStreamSocket implements StreamSocket {
    private static final int HIGH_WATER_BYTES = 128 * 1024;
    private static final int WRITE_BYTES = 64 * 1024;

    /** The end of the channel's pipeline. */
    private final class Tail extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (closed) {
                ((ByteBuf) message).release();
            } else {
                inbound.add((ByteBuf) message);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            asked = false;
            if (!inbound.isEmpty()) {
                tell(true, false, false);
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            if (channel.isWritable()) {
                tell(false, true, false);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SslHandshakeCompletionEvent shaken && !shaken.isSuccess()) {
                failure = shaken.cause();
            } else if (event instanceof SslCloseCompletionEvent || event instanceof ChannelInputShutdownEvent) {
                ended = true;
                tell(true, false, true);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            gone = true;
            tell(true, true, true);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (failure == null) {
                failure = cause;
            }
            channel.close();
        }
    }

    private final Channel channel;
    private final InetSocketAddress remoteAddress;
    private final InetSocketAddress localAddress;
    private final ArrayDeque<ByteBuf> inbound = new ArrayDeque<>(2);
    private final Runnable flush = this::flushNow;
    private Listener listener;
    private Throwable failure;
    private boolean asked;
    private boolean ended;
    private boolean gone;
    private boolean closed;
    private boolean flushing;

    private TlsStreamSocket(Channel channel, StreamSocket plain) {
        this.channel = channel;
        remoteAddress = plain.remoteAddress();
        localAddress = plain.localAddress();
    }

    /**
     * Takes a socket over, to be {@link #attach}ed next.
     *
     * @param early what was read from it already, copied
     */
    public static TlsStreamSocket over(StreamSocket plain, IoEventLoop loop, SslContext context, ByteBuffer early) {
        Channel channel = plain instanceof EpollStreamSocket epoll
                ? new EpollSocketChannel(epoll.release())
                : new NioSocketChannel(((NioStreamSocket) plain).release());
        TlsStreamSocket socket = new TlsStreamSocket(channel, plain);
        channel.config().setAutoRead(false);
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(HIGH_WATER_BYTES / 2, HIGH_WATER_BYTES));
        channel.pipeline().addLast(context.newHandler(channel.alloc()), socket.new Tail());
        register(loop, channel);
        channel.pipeline().fireChannelRead(Unpooled.copiedBuffer(early)).fireChannelReadComplete();
        return socket;
    }

    /** Why the connection broke, if TLS is to blame; else null. */
    public Throwable failure() {
        return failure;
    }

    @Override
    public void attach(IoEventLoop loop, Listener listener) {
        assert loop.inEventLoop() && channel.eventLoop() == loop;
        this.listener = listener;
        if (inbound.isEmpty()) {
            ask();
        } else {
            tellAgain();
        }
    }

    @Override
    public void listener(Listener listener) {
        this.listener = listener;
    }

    @Override
    public void detach() {
        // to leave for another loop takes time: move() does it
    }

    @Override
    public void move(IoEventLoop to, Runnable whenThere) {
        listener = null; // what this loop still has to tell would be told on the wrong one
        channel.deregister().addListener(left -> to.execute(() -> {
            asked = false; // whoever leaves a loop no longer waits to be read there
            register(to, channel).addListener(there -> whenThere.run());
        }));
    }

    @Override
    public void await(boolean readable, boolean writable) {
        // reading is asked for by reading, and room is always told
    }

    @Override
    public void busy() {
        // served like everything else
    }

    @Override
    public void tellAgain() {
        channel.eventLoop().execute(() -> tell(true, true, ended));
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        ByteBuf first = inbound.peek();
        if (first == null) {
            return nothing();
        }
        int length = Math.min(first.readableBytes(), into.remaining());
        int limit = into.limit();
        first.readBytes(into.limit(into.position() + length));
        into.limit(limit);
        if (!first.isReadable()) {
            inbound.remove().release();
        }
        return length;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        if (gone || closed || failure != null) {
            throw new IOException("the connection is gone", failure);
        }
        if (!channel.isWritable()) {
            return 0;
        }
        int length = Math.min(from.remaining(), WRITE_BYTES);
        ByteBuf copy = channel.alloc().directBuffer(length);
        int limit = from.limit();
        copy.writeBytes(from.limit(from.position() + length));
        from.limit(limit);
        channel.write(copy, channel.voidPromise());
        if (!flushing) {
            flushing = true;
            channel.eventLoop().execute(flush);
        }
        return length;
    }

    @Override
    public Peek peek() {
        if (!inbound.isEmpty()) {
            return Peek.BYTES;
        }
        if (failure != null || gone && !ended) {
            return Peek.BROKEN;
        }
        ask();
        return ended ? Peek.END : Peek.NOTHING;
    }

    @Override
    public void shutdownOutput() {
        flushNow();
        channel.pipeline().get(SslHandler.class).closeOutbound();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            inbound.forEach(ByteBuf::release);
            inbound.clear();
            channel.flush().close();
        }
    }

    @Override
    public void reset() {
        if (channel.isOpen()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        close();
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return remoteAddress;
    }

    @Override
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    private static ChannelFuture register(EventLoopGroup loop, Channel channel) {
        return loop.register(channel);
    }

    private int nothing() throws IOException {
        if (ended) {
            return -1;
        }
        if (gone || failure != null) {
            throw new IOException(failure == null ? "the connection is gone" : failure.getMessage(), failure);
        }
        ask();
        return 0;
    }

    private void ask() {
        if (!asked && !ended && !gone) {
            asked = true;
            channel.read();
        }
    }

    private void flushNow() {
        flushing = false;
        channel.flush();
    }

    private void tell(boolean readable, boolean writable, boolean hangUp) {
        if (listener != null && !closed) {
            try {
                listener.onReady(readable, writable, hangUp);
            } catch (RuntimeException | Error bug) {
                listener.onFault(bug);
            }
        }
    }
}
