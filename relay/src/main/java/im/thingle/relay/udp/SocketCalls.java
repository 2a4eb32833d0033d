// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The system calls that move datagrams. Pointers are plain numbers, as they point into the middle of {@link Memory} and
 * an object for each would be garbage. A negative result is the error number, negated. Confined to its event loop.
 */
final class SocketCalls {
    private static final int MSG_PEEK = 2;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_ERRQUEUE = 0x2000;
    private static final int SOCK_DGRAM_NONBLOCK_CLOEXEC = 2 | 0x800 | 0x80000;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x2 | 0x20 | 0x4000;
    private static final int EPOLL_CLOEXEC = 0x80000;
    private static final int EPOLL_CTL_ADD = 1;
    private static final int SCRATCH = 64;

    private static final ValueLayout.OfLong POINTER = JAVA_LONG;
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final VarHandle ERRNO_FIELD =
            Linker.Option.captureStateLayout().varHandle(PathElement.groupElement("errno"));

    private static final MethodHandle SOCKET = call("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle BIND = call("bind", JAVA_INT, JAVA_INT, POINTER, JAVA_INT);
    private static final MethodHandle GETSOCKNAME = call("getsockname", JAVA_INT, JAVA_INT, POINTER, POINTER);
    private static final MethodHandle SETSOCKOPT =
            call("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, POINTER, JAVA_INT);
    private static final MethodHandle CLOSE = call("close", JAVA_INT, JAVA_INT);
    private static final MethodHandle RECVFROM =
            call("recvfrom", JAVA_LONG, JAVA_INT, POINTER, JAVA_LONG, JAVA_INT, POINTER, POINTER);
    private static final MethodHandle RECVMSG = call("recvmsg", JAVA_LONG, JAVA_INT, POINTER, JAVA_INT);
    private static final MethodHandle RECVMMSG =
            call("recvmmsg", JAVA_INT, JAVA_INT, POINTER, JAVA_INT, JAVA_INT, POINTER);
    private static final MethodHandle SENDTO =
            call("sendto", JAVA_LONG, JAVA_INT, POINTER, JAVA_LONG, JAVA_INT, POINTER, JAVA_INT);
    private static final MethodHandle SENDMSG = call("sendmsg", JAVA_LONG, JAVA_INT, POINTER, JAVA_INT);
    private static final MethodHandle SENDMMSG =
            call("sendmmsg", JAVA_INT, JAVA_INT, POINTER, JAVA_INT, JAVA_INT);
    private static final MethodHandle EPOLL_CREATE = call("epoll_create1", JAVA_INT, JAVA_INT);
    private static final MethodHandle EPOLL_CTL =
            call("epoll_ctl", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, POINTER);
    private static final MethodHandle EPOLL_WAIT =
            call("epoll_wait", JAVA_INT, JAVA_INT, POINTER, JAVA_INT, JAVA_INT);
    private static final MethodHandle MMAP =
            call("mmap", POINTER, POINTER, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle MUNMAP = call("munmap", JAVA_INT, POINTER, JAVA_LONG);

    // both live as long as the process: there is one engine per event loop
    private final MemorySegment errno = Arena.global().allocate(Linker.Option.captureStateLayout());
    private final MemorySegment scratch = Arena.global().allocate(SCRATCH, 8);

    /** A socket that never blocks. */
    int socket(int family) {
        try {
            return result((int) SOCKET.invokeExact(errno, family, SOCK_DGRAM_NONBLOCK_CLOEXEC, 0));
        } catch (Throwable impossible) {
            throw bug(impossible);
        }
    }

    int bind(int socket, long name, int nameLength) {
        try {
            return result((int) BIND.invokeExact(errno, socket, name, nameLength));
        } catch (Throwable impossible) {
            throw bug(impossible);
        }
    }

    int localName(int socket, long name, int nameRoom) {
        scratch.set(JAVA_INT, 0, nameRoom);
        try {
            return result((int) GETSOCKNAME.invokeExact(errno, socket, name, scratch.address()));
        } catch (Throwable impossible) {
            throw bug(impossible);
        }
    }

    int option(int socket, int level, int option, int value) {
        scratch.set(JAVA_INT, 0, value);
        try {
            return result((int) SETSOCKOPT.invokeExact(errno, socket, level, option, scratch.address(), 4));
        } catch (Throwable impossible) {
            throw bug(impossible);
        }
    }

    void close(int descriptor) {
        try {
            result((int) CLOSE.invokeExact(errno, descriptor));
        } catch (Throwable impossible) {
            throw bug(impossible);
        }
    }

    /** One datagram and where it came from; its length. */
    int receive(int socket, long bytes, int room, long name, int nameRoom) {
        scratch.set(JAVA_INT, 0, nameRoom);
        try {
            return result((long) RECVFROM.invokeExact(
                    errno, socket, bytes, (long) room, MSG_DONTWAIT, name, scratch.address()));
        } catch (Throwable impossible) {
            throw bug(impossible);
        }
    }

    /** Whether nothing waits to be received, neither a datagram nor an error. */
    boolean isEmpty(int socket) {
        try {
            int looked = result((long)
                    RECVFROM.invokeExact(errno, socket, scratch.address(), 0L, MSG_PEEK | MSG_DONTWAIT, 0L, 0L));
            return looked == -Errno.EAGAIN;
        } catch (Throwable impossible) {
            throw bug(impossible);
        }
    }

    /** What has become of a datagram sent earlier. */
    int receiveError(int socket, long message) {
        try {
            return result((long) RECVMSG.invokeExact(errno, socket, message, MSG_ERRQUEUE | MSG_DONTWAIT));
        } catch (Throwable impossible) {
            throw bug(impossible);
        }
    }

    /** Up to {@code count} datagrams; how many. */
    int receiveMany(int socket, long messages, int count) {
        try {
            return result((int) RECVMMSG.invokeExact(errno, socket, messages, count, MSG_DONTWAIT, 0L));
        } catch (Throwable impossible) {
            throw bug(impossible);
        }
    }

    int send(int socket, long bytes, int length, long name, int nameLength) {
        try {
            return result((long)
                    SENDTO.invokeExact(errno, socket, bytes, (long) length, MSG_DONTWAIT, name, nameLength));
        } catch (Throwable impossible) {
            throw bug(impossible);
        }
    }

    /** One message of pieces. */
    int send(int socket, long message) {
        try {
            return result((long) SENDMSG.invokeExact(errno, socket, message, MSG_DONTWAIT));
        } catch (Throwable impossible) {
            throw bug(impossible);
        }
    }

    /** Sends messages in order until one fails; how many went, or why the first did not. */
    int sendMany(int socket, long messages, int count) {
        try {
            return result((int) SENDMMSG.invokeExact(errno, socket, messages, count, MSG_DONTWAIT));
        } catch (Throwable impossible) {
            throw bug(impossible);
        }
    }

    int epollCreate() {
        try {
            return result((int) EPOLL_CREATE.invokeExact(errno, EPOLL_CLOEXEC));
        } catch (Throwable impossible) {
            throw bug(impossible);
        }
    }

    int epollAdd(int epoll, int descriptor, long event) {
        try {
            return result((int) EPOLL_CTL.invokeExact(errno, epoll, EPOLL_CTL_ADD, descriptor, event));
        } catch (Throwable impossible) {
            throw bug(impossible);
        }
    }

    /** What is ready, without waiting; how many. */
    int epollTake(int epoll, long events, int count) {
        try {
            return result((int) EPOLL_WAIT.invokeExact(errno, epoll, events, count, 0));
        } catch (Throwable impossible) {
            throw bug(impossible);
        }
    }

    long map(long size) throws IOException {
        long address;
        try {
            address = (long) MMAP.invokeExact(
                    errno, 0L, size, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS_NORESERVE, -1, 0L);
        } catch (Throwable impossible) {
            throw bug(impossible);
        }
        if (address == -1) {
            throw new IOException("cannot map " + size + " bytes: " + Errno.text(errno()));
        }
        return address;
    }

    void unmap(long address, long size) {
        try {
            result((int) MUNMAP.invokeExact(errno, address, size));
        } catch (Throwable impossible) {
            throw bug(impossible);
        }
    }

    private int result(long returned) {
        return returned >= 0 ? (int) returned : -errno();
    }

    private int errno() {
        return (int) ERRNO_FIELD.get(errno, 0L);
    }

    private static IllegalStateException bug(Throwable impossible) {
        return new IllegalStateException("system call", impossible);
    }

    private static MethodHandle call(String name, ValueLayout returned, ValueLayout... parameters) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(returned, parameters), ERRNO);
    }
}
