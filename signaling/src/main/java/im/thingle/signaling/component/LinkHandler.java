// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.xml.Element;
import im.thingle.signaling.xml.ElementWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.concurrent.TimeUnit;

/**
 * The shell of one {@link ComponentStream}: feeds it bytes and time, and collects what it writes into one flush per
 * batch read. While the server does not read, nothing is read from it. Confined to its event loop.
 */
final class LinkHandler extends ChannelInboundHandlerAdapter implements StreamOutput {
    /** Who owns the link. Confined to its event loop. */
    interface Owner {
        void connected(LinkHandler link);

        void up();

        void stanza(Element stanza);

        /** A stanza was dropped; {@code start} is its start tag, or null. */
        void refused(Element start, String why);

        void ended(LinkHandler link, String reason, String advice);
    }

    private static final int WRITE_BYTES = 64 * 1024;
    private static final long LINGER_MILLIS = 2_000;

    private final ComponentStream stream;
    private final StreamAdvice advice;
    private final boolean tls;
    private final Owner owner;
    private ChannelHandlerContext context;
    private ByteBuf unwritten;
    private boolean active;
    private boolean reading;
    private boolean flushPending;

    LinkHandler(ComponentSettings settings, PendingIqs pending, Owner owner) {
        stream = new ComponentStream(settings, pending, this);
        advice = new StreamAdvice(settings);
        tls = settings.tls() instanceof Tls.Direct;
        this.owner = owner;
    }

    boolean isUp() {
        return stream.isUp();
    }

    ChannelFuture whenClosed() {
        return context.channel().closeFuture();
    }

    void close() {
        stream.close(System.nanoTime());
        if (!stream.hasEnded()) {
            watchDeadline();
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        this.context = context;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        active = true;
        owner.connected(this);
        if (!tls) {
            connected();
        }
        context.fireChannelActive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (active && event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                connected();
            } else {
                stream.onBroken("the TLS handshake failed: " + handshake.cause().getMessage(), advice.badTls());
            }
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        reading = true;
        ByteBuf bytes = (ByteBuf) message;
        try {
            stream.onBytes(bytes, System.nanoTime());
        } finally {
            bytes.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        reading = false;
        flush();
        PromptAcks.send(context.channel());
        context.fireChannelReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        context.channel().config().setAutoRead(context.channel().isWritable());
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stream.onDisconnected();
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        stream.onBroken("the connection broke: " + cause.getMessage(), tls && !stream.isUp() ? advice.badTls() : "");
        context.close();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (unwritten != null) {
            unwritten.release();
            unwritten = null;
        }
    }

    @Override
    public void sendOpen(String to) {
        ElementWriter.writeStreamOpen(Iq.NAMESPACE, to, buffer());
        written();
    }

    @Override
    public void send(Element element) {
        ElementWriter.write(element, Iq.NAMESPACE, buffer());
        written();
    }

    @Override
    public void sendClose() {
        ElementWriter.writeStreamClose(buffer());
        written();
    }

    @Override
    public void up() {
        owner.up();
    }

    @Override
    public void stanza(Element stanza) {
        owner.stanza(stanza);
    }

    @Override
    public void refused(Element start, String why) {
        owner.refused(start, why);
    }

    @Override
    public void ended(String reason, String advice) {
        flush();
        context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        // A server that does not read would hold the last words back for ever.
        context.executor().schedule(() -> context.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
        owner.ended(this, reason, advice);
    }

    private void connected() {
        if (!stream.hasEnded()) {
            stream.onConnected(System.nanoTime());
            watchDeadline();
        }
    }

    /**
     * The deadline moves on with every read, so the timer looks where it is now instead of being set anew each time.
     */
    private void watchDeadline() {
        long delayNanos = Math.max(0, stream.nextDeadlineNanos() - System.nanoTime());
        context.executor().schedule(() -> {
            stream.onDeadline(System.nanoTime());
            if (!stream.hasEnded()) {
                watchDeadline();
            }
        }, delayNanos, TimeUnit.NANOSECONDS);
    }

    private ByteBuf buffer() {
        if (unwritten == null) {
            unwritten = context.alloc().ioBuffer();
        }
        return unwritten;
    }

    private void written() {
        if (unwritten.readableBytes() >= WRITE_BYTES) {
            context.write(unwritten);
            unwritten = null;
        }
        if (!reading && !flushPending) {
            flushPending = true;
            context.executor().execute(() -> {
                flushPending = false;
                flush();
            });
        }
    }

    private void flush() {
        if (unwritten != null) {
            context.write(unwritten);
            unwritten = null;
        }
        context.flush();
    }
}
