// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.net;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.netty.util.concurrent.FastThreadLocal;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The Linux system calls that Netty does not offer with their error number, through the foreign-function API. Nothing is
 * allocated per call. A negative result is the error number, negated. Confined to its event loop.
 */
public final class LinuxCalls {
    /** Try again later. */
    public static final int EAGAIN = 11;

    static final int EPOLL_CTL_ADD = 1;
    static final int EPOLL_CTL_DEL = 2;

    private static final int EPOLL_CLOEXEC = 0x80000;
    // struct epoll_event: 32 bits of events and 64 of data, without a gap on x86-64 alone
    private static final int EPOLL_DATA = System.getProperty("os.arch").equals("amd64") ? 4 : 8;
    private static final int EPOLL_EVENT = EPOLL_DATA + 8;
    private static final int EPOLL_EVENTS = 256;
    private static final int F_SETPIPE_SZ = 1031;
    private static final int MSG_PEEK = 2;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int SPLICE_F_MOVE = 1;
    private static final int SPLICE_F_NONBLOCK = 2;

    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final VarHandle ERRNO_FIELD =
            Linker.Option.captureStateLayout().varHandle(PathElement.groupElement("errno"));
    // ssize_t splice(int, off64_t *, int, off64_t *, size_t, unsigned)
    private static final MethodHandle SPLICE = call(
            "splice",
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT),
            ERRNO);
    // ssize_t recv(int, void *, size_t, int)
    private static final MethodHandle RECV =
            call("recv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT), ERRNO);
    // int fcntl(int, int, ...)
    private static final MethodHandle FCNTL = call(
            "fcntl",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
            ERRNO,
            Linker.Option.firstVariadicArg(2));

    // int epoll_create1(int), epoll_ctl(int, int, int, struct epoll_event *), epoll_wait(int, struct epoll_event *, int, int)
    private static final MethodHandle EPOLL_CREATE =
            call("epoll_create1", FunctionDescriptor.of(JAVA_INT, JAVA_INT), ERRNO);
    private static final MethodHandle EPOLL_CTL =
            call("epoll_ctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS), ERRNO);
    private static final MethodHandle EPOLL_WAIT =
            call("epoll_wait", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT), ERRNO);

    private static final FastThreadLocal<LinuxCalls> OF_THIS_LOOP = new FastThreadLocal<>() {
        @Override
        protected LinuxCalls initialValue() {
            return new LinuxCalls();
        }
    };

    private final MemorySegment errno;
    private final MemorySegment peeked;
    private final MemorySegment epollEvents;

    // these scratch words live as long as the process: there is one of these per event loop
    private LinuxCalls() {
        errno = Arena.global().allocate(Linker.Option.captureStateLayout());
        peeked = Arena.global().allocate(1);
        epollEvents = Arena.global().allocate(EPOLL_EVENTS * EPOLL_EVENT, 8);
    }

    /** The instance that belongs to the current thread's loop. */
    public static LinuxCalls ofThisLoop() {
        return OF_THIS_LOOP.get();
    }

    /** Moves up to {@code length} bytes, never blocking. 0: end of file; {@code -EAGAIN}: nothing to read or no room. */
    public long splice(int from, int to, long length) {
        try {
            long moved = (long) SPLICE.invokeExact(
                    errno,
                    from,
                    MemorySegment.NULL,
                    to,
                    MemorySegment.NULL,
                    length,
                    SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
            return moved >= 0 ? moved : -errno();
        } catch (Throwable impossible) {
            throw new IllegalStateException("splice", impossible);
        }
    }

    /** Looks for a byte without taking it. 1: there is one; 0: end of file; {@code -EAGAIN}: none yet. */
    public int peek(int socket) {
        try {
            long got = (long) RECV.invokeExact(errno, socket, peeked, 1L, MSG_PEEK | MSG_DONTWAIT);
            return got >= 0 ? (int) got : -errno();
        } catch (Throwable impossible) {
            throw new IllegalStateException("recv", impossible);
        }
    }

    /** Asks for a pipe of {@code bytes}; what the pipe then holds, or the error (the pipe stays as it was). */
    public int pipeSize(int pipe, int bytes) {
        try {
            int size = (int) FCNTL.invokeExact(errno, pipe, F_SETPIPE_SZ, bytes);
            return size >= 0 ? size : -errno();
        } catch (Throwable impossible) {
            throw new IllegalStateException("fcntl", impossible);
        }
    }

    /** A new epoll instance, or the error. */
    int epollCreate() {
        try {
            int made = (int) EPOLL_CREATE.invokeExact(errno, EPOLL_CLOEXEC);
            return made >= 0 ? made : -errno();
        } catch (Throwable impossible) {
            throw new IllegalStateException("epoll_create1", impossible);
        }
    }

    /** Adds, changes or deletes what an epoll instance waits for; 0, or the error. */
    int epollControl(int epoll, int operation, int descriptor, int ops) {
        try {
            epollEvents.set(JAVA_INT_UNALIGNED, 0, ops);
            epollEvents.set(JAVA_INT_UNALIGNED, EPOLL_DATA, descriptor);
            int done = (int) EPOLL_CTL.invokeExact(errno, epoll, operation, descriptor, epollEvents);
            return done >= 0 ? done : -errno();
        } catch (Throwable impossible) {
            throw new IllegalStateException("epoll_ctl", impossible);
        }
    }

    /** Takes what is ready, without waiting: how many, each to be asked for with the two reads below, or the error. */
    int epollTake(int epoll) {
        try {
            int ready = (int) EPOLL_WAIT.invokeExact(errno, epoll, epollEvents, EPOLL_EVENTS, 0);
            return ready >= 0 ? ready : -errno();
        } catch (Throwable impossible) {
            throw new IllegalStateException("epoll_wait", impossible);
        }
    }

    int readyOps(int index) {
        return epollEvents.get(JAVA_INT_UNALIGNED, (long) index * EPOLL_EVENT);
    }

    int readyDescriptor(int index) {
        return epollEvents.get(JAVA_INT_UNALIGNED, (long) index * EPOLL_EVENT + EPOLL_DATA);
    }

    private int errno() {
        return (int) ERRNO_FIELD.get(errno, 0L);
    }

    private static MethodHandle call(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor, options);
    }
}
