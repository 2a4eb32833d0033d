// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import io.netty.channel.EventLoop;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.bouncycastle.tls.DatagramTransport;

/**
 * A client's datagrams as Bouncy Castle wants to read and send them. While the handshake is made on a thread of its
 * own, reading waits; afterwards, on the event loop, reading never waits. Safe from any thread.
 */
public final class DtlsDatagrams implements DatagramTransport {
    /** Datagrams of the handshake fit through any path. */
    static final int HANDSHAKE_BYTES = 1200;
    /** The longest datagram that is looked at; more than an Ethernet carries. */
    public static final int LONGEST = 16 * 1024;

    private static final int MOST_WAITING = 32;
    private static final int SHORTEST_LIMIT = 64;
    private static final byte[] WAKE_UP = {};
    /**
     * Ends a read that found nothing; not a timeout, of which the record layer would believe that it came too early.
     */
    private static final InterruptedIOException NOTHING_THERE = new Nothing();

    private final EventLoop loop;
    private final Consumer<ByteBuffer> out;
    private final LinkedBlockingQueue<byte[]> arrived = new LinkedBlockingQueue<>(MOST_WAITING);
    private volatile boolean handshaking = true;
    private volatile boolean closed;
    private int lastLength;
    private boolean released;

    /** @param out sends a datagram to the client, on the loop; the buffer is not to be kept */
    public DtlsDatagrams(EventLoop loop, Consumer<ByteBuffer> out) {
        this.loop = loop;
        this.out = out;
    }

    /** A datagram has come; false: it is lost, since it is none of DTLS or too many wait. */
    public boolean arrived(byte[] datagram) {
        return DtlsRecords.areSound(datagram) && arrived.offer(datagram);
    }

    /** Whether there is something to read. */
    public boolean isWaiting() {
        return !arrived.isEmpty();
    }

    /** From now on all calls are made on the event loop. */
    public void handshakeOver() {
        handshaking = false;
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public int getReceiveLimit() {
        if (handshaking) {
            return LONGEST;
        }
        byte[] next = arrived.peek();
        return Math.max(SHORTEST_LIMIT, Math.max(lastLength, next == null ? 0 : next.length));
    }

    @Override
    public int getSendLimit() {
        return handshaking ? HANDSHAKE_BYTES : LONGEST;
    }

    @Override
    public int receive(byte[] into, int at, int limit, int waitMillis) throws IOException {
        byte[] datagram = handshaking ? await(waitMillis) : arrived.poll();
        if (closed) {
            throw new IOException("closed");
        }
        if (datagram == null) {
            if (!handshaking) {
                throw NOTHING_THERE;
            }
            return -1;
        }
        if (datagram.length > limit) {
            return -1;
        }
        lastLength = datagram.length;
        System.arraycopy(datagram, 0, into, at, datagram.length);
        return datagram.length;
    }

    @Override
    public void send(byte[] from, int at, int length) {
        if (closed) {
            return;
        }
        if (!handshaking) {
            out.accept(ByteBuffer.wrap(from, at, length));
            return;
        }
        byte[] copy = Arrays.copyOfRange(from, at, at + length);
        onLoop(() -> {
            if (!released) {
                out.accept(ByteBuffer.wrap(copy));
            }
        });
    }

    @Override
    public void close() {
        closed = true;
        arrived.offer(WAKE_UP);
    }

    /**
     * Nothing is sent any more; to be called on the event loop. What was sent before {@link #close()} alone still goes.
     */
    public void release() {
        released = true;
        close();
    }

    /** For what the thread of the handshake has to tell. */
    public void onLoop(Runnable command) {
        try {
            loop.execute(command);
        } catch (RejectedExecutionException stopped) {
            // a loop that has stopped has no clients
        }
    }

    private byte[] await(int waitMillis) throws InterruptedIOException {
        try {
            return arrived.poll(waitMillis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    private static final class Nothing extends InterruptedIOException {
        @Override
        public Throwable fillInStackTrace() {
            return this;
        }
    }
}
