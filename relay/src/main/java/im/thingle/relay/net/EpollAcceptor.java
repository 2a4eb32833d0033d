// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.net;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.NativeInetAddress;
import io.netty.channel.unix.Socket;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.NotYetConnectedException;
import java.util.concurrent.TimeUnit;

/**
 * One of the SO_REUSEPORT listeners of an address, of which each event loop has its own. Confined to its event loop.
 */
final class EpollAcceptor implements Acceptor, EpollIoHandle {
    private static final int BACKLOG = 4096;
    /** So many sockets at a time; the rest waits in the kernel while the loop serves the others. */
    private static final int BATCH = 64;
    private static final long PAUSE_MILLIS = 250;
    /** An edge of what never comes: the kernel always tells of a hang-up, but in this way only once. */
    private static final EpollIoOps SILENCE = EpollIoOps.EPOLLRDHUP.with(EpollIoOps.EPOLLET);

    private final Socket socket;
    private final InetSocketAddress localAddress;
    private final Listener listener;
    private final byte[] peer = new byte[26];
    private IoEventLoop loop;
    private IoRegistration registration;
    /** Given up for a moment when descriptors run out, so that the newcomer can be accepted and refused. */
    private FileDescriptor spare;
    /** Whether the kernel has chosen the port, which it takes back when the socket is shut down. */
    private boolean portIsLent;
    /** Whether it does not listen just now, and hangs up at everybody who asks. */
    private boolean deaf;

    private EpollAcceptor(Socket socket, Listener listener, boolean portIsLent) throws IOException {
        this.portIsLent = portIsLent;
        this.socket = socket;
        this.localAddress = socket.localAddress();
        this.listener = listener;
        this.spare = FileDescriptor.from(new File("/dev/null"));
    }

    /** Binds; nothing is accepted before {@link #start}. */
    static EpollAcceptor bind(InetSocketAddress address, Listener listener) throws IOException {
        Socket socket = Socket.newSocketStream();
        try {
            socket.setReuseAddress(true);
            socket.setReusePort(true);
            socket.bind(address);
            socket.listen(BACKLOG);
            return new EpollAcceptor(socket, listener, address.getPort() == 0);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * Fails if somebody listens on {@code address}. Needed because SO_REUSEPORT would let two servers of one user share
     * a port in silence, each getting half of the clients.
     */
    static void probe(InetSocketAddress address) throws IOException {
        Socket socket = Socket.newSocketStream();
        try {
            socket.setReuseAddress(true);
            socket.bind(address);
        } finally {
            socket.close();
        }
    }

    @Override
    public void start(IoEventLoop loop) {
        this.loop = loop;
        registration = loop.register(this).getNow();
        registration.submit(EpollIoOps.EPOLLIN);
    }

    @Override
    public void handle(IoRegistration ready, IoEvent event) {
        if (deaf) {
            return;
        }
        haveSpare();
        for (int i = 0; i < BATCH && socket.isOpen(); i++) {
            int accepted;
            try {
                accepted = socket.accept(peer);
            } catch (IOException full) {
                if (i == 0) { // else nobody may be waiting: the kernel says that descriptors are out before it looks
                    refuse();
                }
                return;
            }
            if (accepted < 0) {
                return;
            }
            welcome(new Socket(accepted));
        }
    }

    private void welcome(Socket client) {
        try {
            client.setTcpNoDelay(true);
            client.setKeepAlive(true);
        } catch (IOException gone) {
            closeQuietly(client); // reset before we got to it
            return;
        }
        InetSocketAddress from = NativeInetAddress.address(peer, 1, peer[0]);
        listener.accepted(new EpollStreamSocket(client, from));
    }

    /** Whoever is next, and all who wait if the spare descriptor was taken from us just then. */
    private void refuse() {
        try {
            closeQuietly(spare);
            int accepted = socket.accept(peer);
            if (accepted >= 0) {
                Socket client = new Socket(accepted);
                client.setSoLinger(0);
                client.close();
            }
        } catch (IOException full) { // another loop has it, or the whole system is out of them
            refuseAll();
        }
        haveSpare();
        listener.outOfDescriptors();
    }

    /** Needs no descriptor: a listener that is shut down resets its queue, and may listen again. */
    private void refuseAll() {
        try {
            new Socket(socket.intValue()).shutdown(); // a Socket remembers that it was shut down, and wouldn't do it twice
        } catch (IOException | NotYetConnectedException unwilling) {
            // it does not listen: the same then
        }
        deaf = true;
        listenAgain();
    }

    /** The kernel may refuse it, as when somebody else has come to listen there; then it is tried until it does not. */
    private void listenAgain() {
        try {
            if (portIsLent) {
                socket.bind(localAddress);
                portIsLent = false;
            }
            socket.listen(BACKLOG);
            deaf = false;
            registration.submit(EpollIoOps.EPOLLIN);
        } catch (IOException taken) {
            registration.submit(SILENCE);
            loop.schedule(
                    () -> {
                        if (registration.isValid()) {
                            listenAgain();
                        }
                    },
                    PAUSE_MILLIS,
                    TimeUnit.MILLISECONDS);
        }
    }

    private void haveSpare() {
        if (!spare.isOpen()) {
            try {
                spare = FileDescriptor.from(new File("/dev/null"));
            } catch (IOException full) {
                // before the next are accepted it is tried again
            }
        }
    }

    @Override
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    @Override
    public FileDescriptor fd() {
        return socket;
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
        closeQuietly(socket);
        closeQuietly(spare);
    }

    private static void closeQuietly(FileDescriptor descriptor) {
        try {
            descriptor.close();
        } catch (IOException ignored) {
            // gone either way
        }
    }
}
