// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.net;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.NotYetConnectedException;

/**
 * A socket that is its own handle on Netty's epoll loop: no channel, no pipeline, a few hundred bytes. It is told every
 * edge of everything, since an empty interest would drop the descriptor, and moves behind {@link BusySockets} once it
 * carries bulk. Confined to its event loop.
 */
public final class EpollStreamSocket implements StreamSocket, EpollIoHandle {
    static final EpollIoOps INTEREST =
            EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLOUT).with(EpollIoOps.EPOLLRDHUP).with(EpollIoOps.EPOLLET);
    // EPOLLERR and EPOLLHUP (0x8 | 0x10), which the kernel always reports, are worth a try in both directions.
    private static final int BROKEN = 0x18;
    private static final int READABLE = EpollIoOps.EPOLLIN.value() | EpollIoOps.EPOLLRDHUP.value() | BROKEN;
    private static final int WRITABLE = EpollIoOps.EPOLLOUT.value() | BROKEN;
    private static final int HANG_UP = EpollIoOps.EPOLLRDHUP.value() | BROKEN;

    private final Socket socket;
    private final InetSocketAddress remoteAddress;
    private LinuxCalls calls;
    private IoEventLoop loop;
    private IoRegistration registration;
    private BusySockets busy;
    private Listener listener;
    private int readyOps;

    EpollStreamSocket(Socket socket, InetSocketAddress remoteAddress) {
        this.socket = socket;
        this.remoteAddress = remoteAddress;
    }

    /** Begins to connect, from an address and port that a listener of ours may have too. */
    static EpollStreamSocket connect(InetSocketAddress from, InetSocketAddress to) throws IOException {
        Socket socket = Socket.newSocketStream();
        try {
            socket.setReuseAddress(true);
            socket.setReusePort(true);
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            socket.bind(from);
            socket.connect(to);
            return new EpollStreamSocket(socket, to);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public boolean finishConnect() throws IOException {
        return socket.finishConnect();
    }

    @Override
    public boolean splices() {
        return true;
    }

    @Override
    public void attach(IoEventLoop loop, Listener listener) {
        assert loop.inEventLoop();
        this.loop = loop;
        this.listener = listener;
        calls = LinuxCalls.ofThisLoop();
        registration = loop.register(this).getNow();
        registration.submit(INTEREST);
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
        if (busy != null) {
            busy.remove(this);
            busy = null;
        }
    }

    @Override
    public void busy() {
        BusySockets others = BusySockets.ofThisLoop();
        if (registration != null && others.add(loop, this)) {
            registration.cancel();
            registration = null;
            busy = others;
        }
    }

    @Override
    public void await(boolean readable, boolean writable) {
        // every edge is reported
    }

    @Override
    public void tellAgain() {
        // Modifying the interest makes the kernel look anew and queue the socket behind the others. A task of the loop
        // would not do: a loop runs tasks for up to a second before it looks at its sockets again.
        if (busy != null) {
            busy.tellAgain(this);
        } else {
            registration.submit(INTEREST);
        }
    }

    @Override
    public void handle(IoRegistration ready, IoEvent event) {
        if (registration != null) { // else it was closed, or is on its way to another loop
            onOps(((EpollIoEvent) event).ops().value());
        }
    }

    /** For {@link BusySockets}: adds to what is to be told; true if nothing was before. */
    boolean addReadyOps(int ops) {
        boolean first = readyOps == 0;
        readyOps |= ops;
        return first;
    }

    int takeReadyOps() {
        int ops = readyOps;
        readyOps = 0;
        return ops;
    }

    void onOps(int ops) {
        try {
            listener.onReady((ops & READABLE) != 0, (ops & WRITABLE) != 0, (ops & HANG_UP) != 0);
        } catch (RuntimeException | Error bug) {
            listener.onFault(bug);
        }
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int got = socket.recv(into, into.position(), into.limit());
        if (got > 0) {
            into.position(into.position() + got);
        }
        return got;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        int taken = Math.max(0, socket.send(from, from.position(), from.limit()));
        from.position(from.position() + taken);
        return taken;
    }

    @Override
    public Peek peek() {
        int seen = calls.peek(socket.intValue());
        return switch (seen) {
            case 0 -> Peek.END;
            case -LinuxCalls.EAGAIN -> Peek.NOTHING;
            default -> seen > 0 ? Peek.BYTES : Peek.BROKEN;
        };
    }

    @Override
    public void shutdownOutput() throws IOException {
        try {
            socket.shutdown(false, true);
        } catch (NotYetConnectedException reset) {
            throw new IOException("the connection is gone", reset); // how Netty spells ENOTCONN
        }
    }

    @Override
    public void close() {
        detach();
        try {
            socket.close();
        } catch (IOException ignored) {
            // the descriptor is gone either way
        }
    }

    @Override
    public void reset() {
        try {
            socket.setSoLinger(0);
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
        return socket.localAddress();
    }

    @Override
    public FileDescriptor fd() {
        return socket;
    }

    /** Gives the descriptor up to whoever takes it over and will close it. */
    int release() {
        detach();
        return socket.intValue();
    }

    /** The kernel's number of this socket, for splicing. */
    public int descriptor() {
        return socket.intValue();
    }
}
