// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.collection.IntObjectHashMap;

/** Each socket is the loop's own business: it wakes up for each of them at once. Confined to its event loop. */
final class PromptReadiness implements Readiness {
    /** Joins a socket to the loop. */
    private final class Handle implements EpollIoHandle {
        private final NativeDatagramSocket socket;
        private final FileDescriptor descriptor;

        Handle(NativeDatagramSocket socket) {
            this.socket = socket;
            this.descriptor = new FileDescriptor(socket.descriptor());
        }

        @Override
        public void handle(IoRegistration ready, IoEvent event) {
            if (socket.isOpen()) {
                engine.onReady(socket, ((EpollIoEvent) event).ops().contains(EpollIoOps.EPOLLERR));
            }
        }

        @Override
        public FileDescriptor fd() {
            return descriptor;
        }

        /** By the loop, when it ends. */
        @Override
        public void close() {
            socket.close();
        }
    }

    private final IoEventLoop loop;
    private final NativeDatagramEngine engine;
    private final IntObjectHashMap<IoRegistration> registrations = new IntObjectHashMap<>();

    PromptReadiness(IoEventLoop loop, NativeDatagramEngine engine) {
        this.loop = loop;
        this.engine = engine;
    }

    @Override
    public void add(NativeDatagramSocket socket) {
        IoRegistration registration = loop.register(new Handle(socket)).getNow();
        registration.submit(EpollIoOps.EPOLLIN);
        registrations.put(socket.descriptor(), registration);
    }

    @Override
    public void remove(NativeDatagramSocket socket) {
        IoRegistration registration = registrations.remove(socket.descriptor());
        if (registration != null) {
            registration.cancel();
        }
    }

    @Override
    public void serve() {
        // was done as the loop went through what is ready
    }

    @Override
    public long mostWaitNanos() {
        return -1;
    }

    @Override
    public void served(int datagrams) {
        // each turn as it comes
    }

    @Override
    public void free() {
        // the sockets are closed one by one
    }
}
