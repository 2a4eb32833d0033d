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
import java.util.ArrayDeque;

/**
 * The sockets of a loop that carry bulk, behind one descriptor: an epoll instance inside the loop's own. The loop so sees
 * all of them as one, and {@link QuietFirst} serves them a fraction of a millisecond at a time. A socket has a turn of
 * several portions, which makes bulk cheap (decisions/0002); a turn may be interrupted after each for what is quiet, and
 * goes on afterwards. Confined to its event loop.
 */
final class BusySockets implements EpollIoHandle {
    private static final long NANOS_AT_A_TIME = 100_000;
    private static final int PORTIONS_PER_TURN = 4;
    private static final FastThreadLocal<BusySockets> OF_THIS_LOOP = new FastThreadLocal<>() {
        @Override
        protected BusySockets initialValue() {
            return new BusySockets();
        }
    };

    private final LinuxCalls calls = LinuxCalls.ofThisLoop();
    private final IntObjectHashMap<EpollStreamSocket> sockets = new IntObjectHashMap<>();
    private final ArrayDeque<EpollStreamSocket> ready = new ArrayDeque<>();
    private FileDescriptor epoll;
    private boolean told;
    private int leftOfRound;
    private EpollStreamSocket last;
    private int portions;

    static BusySockets ofThisLoop() {
        return OF_THIS_LOOP.get();
    }

    /** Takes a socket in; what is ready already will be told. False if there is no descriptor left for this. */
    boolean add(IoEventLoop loop, EpollStreamSocket socket) {
        if (!isOpen(loop) || !control(LinuxCalls.EPOLL_CTL_ADD, socket)) {
            return false;
        }
        sockets.put(socket.descriptor(), socket);
        return true;
    }

    /** This socket, which is being served, has more: it goes on at once, or behind the others after a whole turn. */
    void tellAgain(EpollStreamSocket socket) {
        if (!socket.addReadyOps(EpollIoOps.EPOLLIN.value())) {
            return;
        }
        if (socket == last && portions < PORTIONS_PER_TURN) {
            ready.addFirst(socket);
            leftOfRound++;
        } else {
            ready.addLast(socket);
        }
    }

    void remove(EpollStreamSocket socket) {
        sockets.remove(socket.descriptor());
        control(LinuxCalls.EPOLL_CTL_DEL, socket);
        if (ready.remove(socket)) {
            leftOfRound--;
        }
    }

    /** Whether there is something to {@link #serve()}. */
    boolean isPending() {
        return told || !ready.isEmpty();
    }

    /** Serves sockets for a while. A round takes each socket once; then the kernel is asked who else is ready. */
    void serve() {
        if (!isPending()) {
            return;
        }
        long start = System.nanoTime();
        told = false; // and told again for as long as the kernel has somebody
        do {
            if (leftOfRound <= 0) {
                collect();
            }
            leftOfRound--;
            EpollStreamSocket socket = ready.pollFirst();
            if (socket == null) {
                return;
            }
            portions = socket == last ? portions + 1 : 1;
            last = socket;
            socket.onOps(socket.takeReadyOps());
        } while (!ready.isEmpty() && System.nanoTime() - start < NANOS_AT_A_TIME);
    }

    private void collect() {
        int count = calls.epollTake(epoll.intValue());
        for (int i = 0; i < count; i++) {
            EpollStreamSocket socket = sockets.get(calls.readyDescriptor(i));
            if (socket != null && socket.addReadyOps(calls.readyOps(i))) {
                ready.addLast(socket);
            }
        }
        leftOfRound = ready.size();
    }

    private boolean isOpen(IoEventLoop loop) {
        if (epoll == null) {
            int created = calls.epollCreate();
            if (created >= 0) {
                epoll = new FileDescriptor(created);
                loop.register(this).getNow().submit(EpollIoOps.EPOLLIN);
            }
        }
        return epoll != null;
    }

    private boolean control(int operation, EpollStreamSocket socket) {
        return calls.epollControl(epoll.intValue(), operation, socket.descriptor(), EpollStreamSocket.INTEREST.value()) >= 0;
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
        told = true;
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
