// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.net;

import io.netty.channel.IoEventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * A connected, non-blocking TCP socket as the bytestream machines see it: they ask for no more than this, so they run
 * the same on epoll and on the JDK's selector. Confined to its event loop.
 */
public interface StreamSocket {
    /** Told when a call that came back empty-handed is worth another try. A call may still come back empty-handed. */
    interface Listener {
        /**
         * @param hangUp the peer has sent its end of file, or the connection is broken
         */
        void onReady(boolean readable, boolean writable, boolean hangUp);

        /** {@link #onReady} threw, which is a bug: whatever this socket was part of must end, and nothing else. */
        void onFault(Throwable bug);
    }

    /** What {@link #peek()} sees. */
    enum Peek {
        /** At least one byte waits. */
        BYTES,
        /** Nothing yet. */
        NOTHING,
        /** The peer's end of file, and nothing before it. */
        END,
        /** The connection is gone. */
        BROKEN
    }

    /** Starts to be driven by {@code loop}, which must be the current thread's; {@code listener} is told at once of what is ready. */
    void attach(IoEventLoop loop, Listener listener);

    /** Changes who is told. What is ready already is not told again: the newcomer tries for itself. */
    void listener(Listener listener);

    /** Stops being driven, to be attached to another loop. */
    void detach();

    /**
     * What to wait for. Edge-triggered transports tell everything and ignore this.
     *
     * @param writable whether to be told of room to write
     */
    void await(boolean readable, boolean writable);

    /** This socket carries bulk: from now on those that do not are told first, where the transport can tell them apart. */
    void busy();

    /**
     * Asks to be told again of what is ready: behind the other sockets, or, in the middle of a turn, before those that are
     * busy too.
     */
    void tellAgain();

    /** Reads into the buffer's free part: how many bytes, 0 for none now, −1 for the end of file. */
    int read(ByteBuffer into) throws IOException;

    /** Writes from the buffer's remaining part: how many bytes the kernel took, 0 for no room. */
    int write(ByteBuffer from) throws IOException;

    /** Looks whether something waits to be read, and takes nothing. */
    Peek peek();

    /** Sends the end of file behind what was written; the other direction stays open. */
    void shutdownOutput() throws IOException;

    /** Closes in order: what was written still reaches the peer. */
    void close();

    /** Closes with a reset, which tells the peer at once that nothing will come of this. */
    void reset();

    InetSocketAddress remoteAddress();

    /** Whether bytes can be moved between this socket and another such one without coming into this process. */
    default boolean splices() {
        return false;
    }

    /**
     * For a socket that {@link StreamSockets#connect} made, once it was told to be writable: whether the connection stands.
     *
     * @throws IOException if it never will
     */
    default boolean finishConnect() throws IOException {
        return true;
    }

    /** Where the client has reached us: the very address, also where the listener is bound to all. */
    InetSocketAddress localAddress();

    /**
     * Goes on to another loop.
     *
     * @param whenThere runs on that loop, where the socket is to be attached next
     */
    default void move(IoEventLoop to, Runnable whenThere) {
        detach();
        to.execute(whenThere);
    }
}
