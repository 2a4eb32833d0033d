// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import im.thingle.relay.net.StreamSocket;
import im.thingle.relay.socks5.StreamKey;

/**
 * A socket that has made its handshake and waits, unread, for its twin and for activation. What the client sends
 * meanwhile stays in the kernel. Confined to its event loop.
 */
final class ParkedLeg implements StreamSocket.Listener {
    /** What becomes of it. */
    interface Owner {
        /** The connection is broken. */
        void broken(ParkedLeg leg);

        /** A bug has struck; the leg is of no use any more. */
        void fault(ParkedLeg leg, Throwable bug);

        /** The client has sent its end of file and nothing else: a half-close, or it has left. */
        void ended(ParkedLeg leg);
    }

    private final StreamKey key;
    private final StreamSocket socket;
    private final Owner owner;
    private long deadlineNanos;
    private boolean ended;

    ParkedLeg(StreamKey key, StreamSocket socket, Owner owner, long deadlineNanos) {
        this.key = key;
        this.socket = socket;
        this.owner = owner;
        this.deadlineNanos = deadlineNanos;
    }

    StreamKey key() {
        return key;
    }

    StreamSocket socket() {
        return socket;
    }

    @Override
    public void onReady(boolean readable, boolean writable, boolean hangUp) {
        if (!readable && !hangUp) {
            return;
        }
        switch (socket.peek()) {
            case NOTHING -> {}
            case BYTES -> socket.await(false, false);
            case END -> {
                socket.await(false, false);
                ended = true;
                owner.ended(this);
            }
            case BROKEN -> owner.broken(this);
        }
    }

    @Override
    public void onFault(Throwable bug) {
        owner.fault(this, bug);
    }

    /** Whether the client is gone, as far as can be told, and a newcomer may have the place. */
    boolean hasLeft() {
        StreamSocket.Peek seen = socket.peek();
        return seen == StreamSocket.Peek.END || seen == StreamSocket.Peek.BROKEN;
    }

    /** Sets the deadline, unless the client has ended: its twin's coming brings it no more time. */
    void deadline(long nanos) {
        if (!ended) {
            deadlineNanos = nanos;
        }
    }

    /** Moves the deadline forward, never back. */
    void deadlineAtMost(long nanos) {
        if (nanos - deadlineNanos < 0) {
            deadlineNanos = nanos;
        }
    }

    boolean isDue(long nowNanos) {
        return nowNanos - deadlineNanos >= 0;
    }
}
