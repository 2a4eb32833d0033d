// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.net;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.concurrent.FastThreadLocal;
import java.io.IOException;

/**
 * The sockets of a loop that carry bulk, behind one descriptor: an epoll instance inside the loop's own. The loop so sees
 * all of them as one, and serves them for a fraction of a millisecond before it looks at the others again. Bulk gets the
 * long turns that make it cheap, and a handshake, an activation or a first byte never waits behind more than one of them.
 * Confined to its event loop.
 */
final class BusySockets implements EpollIoHandle {
    private static final long NANOS_PER_TURN = 500_000;
    private static final FastThreadLocal<BusySockets> OF_THIS_LOOP = new FastThreadLocal<>();

    private final LinuxCalls calls = LinuxCalls.ofThisLoop();
    private final FileDescriptor epoll;
    private final IntObjectHashMap<EpollStreamSocket> sockets = new IntObjectHashMap<>();

    private BusySockets(int epoll) {
        this.epoll = new FileDescriptor(epoll);
    }

    /** Those of {@code loop}, which is the current thread's; null if there is no descriptor left for them. */
    static BusySockets of(IoEventLoop loop) {
        assert loop.inEventLoop();
        BusySockets busy = OF_THIS_LOOP.get();
        if (busy == null) {
            int epoll = LinuxCalls.ofThisLoop().epollCreate();
            if (epoll < 0) {
                return null;
            }
            busy = new BusySockets(epoll);
            loop.register(busy).getNow().submit(EpollIoOps.EPOLLIN);
            OF_THIS_LOOP.set(busy);
        }
        return busy;
    }

    /** Takes a socket in; what is ready already will be told. False if the kernel would not. */
    boolean add(EpollStreamSocket socket, int interest) {
        if (calls.epollControl(epoll.intValue(), LinuxCalls.EPOLL_CTL_ADD, socket.descriptor(), interest) < 0) {
            return false;
        }
        sockets.put(socket.descriptor(), socket);
        return true;
    }

    void tellAgain(EpollStreamSocket socket, int interest) {
        calls.epollControl(epoll.intValue(), LinuxCalls.EPOLL_CTL_MOD, socket.descriptor(), interest);
    }

    void remove(EpollStreamSocket socket) {
        sockets.remove(socket.descriptor());
        calls.epollControl(epoll.intValue(), LinuxCalls.EPOLL_CTL_DEL, socket.descriptor(), 0);
    }

    @Override
    public void handle(IoRegistration ready, IoEvent event) {
        long start = System.nanoTime();
        do {
            if (calls.epollNext(epoll.intValue()) <= 0) {
                return;
            }
            EpollStreamSocket socket = sockets.get(calls.readyDescriptor());
            if (socket != null) {
                socket.onOps(calls.readyOps());
            }
        } while (System.nanoTime() - start < NANOS_PER_TURN);
    }

    @Override
    public FileDescriptor fd() {
        return epoll;
    }

    @Override
    public void close() throws IOException {
        OF_THIS_LOOP.remove();
        epoll.close();
    }
}
