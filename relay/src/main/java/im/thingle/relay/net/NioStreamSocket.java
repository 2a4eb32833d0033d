// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.net;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioIoEvent;
import io.netty.channel.nio.NioIoHandle;
import io.netty.channel.nio.NioIoOps;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;

/**
 * The portable socket, on the JDK's selector. Level-triggered, so it waits only for what was asked; it cannot look at a
 * byte without taking it, so it keeps the one it has looked at. Confined to its event loop.
 */
final class NioStreamSocket implements StreamSocket, NioIoHandle {
    private final SocketChannel channel;
    private final InetSocketAddress remoteAddress;
    private final ByteBuffer peeked = ByteBuffer.allocate(1).limit(0);
    private IoRegistration registration;
    private Listener listener;
    private NioIoOps firstInterest = NioIoOps.READ;
    private NioIoOps interest = NioIoOps.NONE;

    NioStreamSocket(SocketChannel channel) throws IOException {
        this(channel, (InetSocketAddress) channel.getRemoteAddress());
    }

    private NioStreamSocket(SocketChannel channel, InetSocketAddress remoteAddress) throws IOException {
        this.channel = channel;
        this.remoteAddress = remoteAddress;
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    }

    /** Begins to connect, from an address and port that a listener of ours may have too. */
    static NioStreamSocket connect(InetSocketAddress from, InetSocketAddress to) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            NioAcceptor.reusePort(channel);
            NioStreamSocket socket = new NioStreamSocket(channel, to);
            channel.bind(from);
            socket.firstInterest = channel.connect(to) ? NioIoOps.WRITE : NioIoOps.CONNECT;
            return socket;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public boolean finishConnect() throws IOException {
        return channel.finishConnect();
    }

    @Override
    public void attach(IoEventLoop loop, Listener listener) {
        assert loop.inEventLoop();
        this.listener = listener;
        registration = loop.register(this).getNow();
        interest = firstInterest;
        registration.submit(interest);
    }

    @Override
    public void listener(Listener listener) {
        this.listener = listener;
    }

    @Override
    public void detach() {
        if (registration != null) {
            registration.cancel();
            registration = null;
        }
    }

    @Override
    public void await(boolean readable, boolean writable) {
        NioIoOps wanted = readable
                ? (writable ? NioIoOps.READ_AND_WRITE : NioIoOps.READ)
                : (writable ? NioIoOps.WRITE : NioIoOps.NONE);
        if (wanted != interest && registration != null) {
            interest = wanted;
            registration.submit(wanted);
        }
    }

    @Override
    public void busy() {
        // the selector has one queue
    }

    @Override
    public void tellAgain() {
        // level-triggered: what is ready stays ready
    }

    @Override
    public void handle(IoRegistration ready, IoEvent event) {
        if (registration != null) {
            NioIoOps ops = ((NioIoEvent) event).ops();
            try {
                boolean connected = ops.contains(NioIoOps.CONNECT);
                listener.onReady(ops.contains(NioIoOps.READ), connected || ops.contains(NioIoOps.WRITE), false);
            } catch (RuntimeException | Error bug) {
                listener.onFault(bug);
            }
        }
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        if (peeked.hasRemaining() && into.hasRemaining()) {
            into.put(peeked);
            return 1;
        }
        return channel.read(into);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        return channel.write(from);
    }

    @Override
    public Peek peek() {
        if (peeked.hasRemaining()) {
            return Peek.BYTES;
        }
        try {
            int got = channel.read(peeked.clear());
            peeked.flip();
            return got > 0 ? Peek.BYTES : got == 0 ? Peek.NOTHING : Peek.END;
        } catch (IOException gone) {
            peeked.limit(0);
            return Peek.BROKEN;
        }
    }

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public void close() {
        detach();
        try {
            channel.close();
        } catch (IOException ignored) {
            // gone either way
        }
    }

    @Override
    public void reset() {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException ignored) {
            // already gone
        }
        close();
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return remoteAddress;
    }

    @Override
    public InetSocketAddress localAddress() {
        return (InetSocketAddress) channel.socket().getLocalSocketAddress();
    }

    /** Gives the channel up to whoever takes it over and will close it. */
    SocketChannel release() {
        detach();
        return channel;
    }

    @Override
    public SelectableChannel selectableChannel() {
        return channel;
    }
}
