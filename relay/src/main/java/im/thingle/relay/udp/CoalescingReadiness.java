// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;

/**
 * All sockets stand behind one descriptor, an epoll instance inside the loop's own. While datagrams keep coming few at
 * a time, the loop is no longer told of them: it looks for them at most {@code coalesceNanos} after the last look, and
 * finds many at once. Everything else of the loop is served at once meanwhile, and when the stream thins out the loop
 * is told again. Confined to its event loop.
 */
final class CoalescingReadiness implements Readiness, EpollIoHandle {
    private static final int EVENTS = 512;
    // struct epoll_event: 32 bits of events and 64 of data, without a gap on x86-64 alone
    private static final int EVENT_DATA = System.getProperty("os.arch").equals("amd64") ? 4 : 8;
    private static final int EVENT = EVENT_DATA + 8;
    private static final int EPOLLIN = 1;
    private static final int EPOLLERR = 8;

    private final SocketCalls calls;
    private final NativeDatagramEngine engine;
    private final HoldPolicy policy;
    private final Memory events;
    private final Memory added;
    private final FileDescriptor epoll;
    private final IoRegistration registration;
    private boolean told;
    /** The loop is not told; it is to look by itself. */
    private boolean looking;
    private boolean looked;
    private long lastLook;
    private long nextLook;

    CoalescingReadiness(SocketCalls calls, IoEventLoop loop, NativeDatagramEngine engine, long coalesceNanos)
            throws IOException {
        this.calls = calls;
        this.engine = engine;
        this.policy = new HoldPolicy(coalesceNanos);
        int created = calls.epollCreate();
        if (created < 0) {
            throw new IOException("no epoll instance: " + Errno.text(-created));
        }
        epoll = new FileDescriptor(created);
        events = Memory.map(calls, EVENTS * EVENT);
        added = Memory.map(calls, EVENT);
        registration = loop.register(this).getNow();
        registration.submit(EpollIoOps.EPOLLIN);
    }

    @Override
    public void add(NativeDatagramSocket socket) throws IOException {
        added.putInt(0, EPOLLIN);
        added.putInt(EVENT_DATA, socket.descriptor());
        int done = calls.epollAdd(epoll.intValue(), socket.descriptor(), added.at(0));
        if (done < 0) {
            throw new IOException("cannot watch a socket: " + Errno.text(-done));
        }
    }

    @Override
    public void remove(NativeDatagramSocket socket) {
        // the kernel forgets a descriptor that is closed
    }

    @Override
    public void serve() {
        if (looking) {
            long now = System.nanoTime();
            if (now - nextLook < 0) {
                return; // the turn is for something else
            }
            lastLook = now;
        } else if (!told) {
            return;
        } else {
            lastLook = System.nanoTime();
        }
        told = false;
        looked = true;
        int ready = calls.epollTake(epoll.intValue(), events.at(0), EVENTS);
        for (int i = 0; i < ready; i++) {
            NativeDatagramSocket socket = engine.socket(events.getInt((long) i * EVENT + EVENT_DATA));
            if (socket != null) {
                engine.onReady(socket, (events.getInt((long) i * EVENT) & EPOLLERR) != 0);
            }
        }
    }

    @Override
    public long mostWaitNanos() {
        return looking ? Math.max(0, nextLook - System.nanoTime()) : -1;
    }

    @Override
    public void served(int datagrams) {
        if (!looked) {
            return;
        }
        looked = false;
        long hold = policy.holdNanos(datagrams, lastLook);
        if (hold >= 0 != looking) {
            looking = hold >= 0;
            // without an interest the descriptor would be dropped; a hang-up never comes
            registration.submit(looking ? EpollIoOps.EPOLLRDHUP : EpollIoOps.EPOLLIN);
        }
        nextLook = lastLook + hold;
        if (hold > 0) {
            engine.counters().add(EngineCounters.Count.HOLDS, 1);
        }
    }

    @Override
    public void free() {
        registration.cancel();
        calls.close(epoll.intValue());
        events.free(calls);
        added.free(calls);
    }

    @Override
    public void handle(IoRegistration ready, IoEvent event) {
        told = true;
    }

    @Override
    public FileDescriptor fd() {
        return epoll;
    }

    /** By the loop, when it ends. */
    @Override
    public void close() {
        engine.close();
    }
}
