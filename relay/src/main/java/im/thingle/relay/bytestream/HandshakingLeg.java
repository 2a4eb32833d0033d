// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import im.thingle.relay.account.Refusal;
import im.thingle.relay.net.StreamSocket;
import im.thingle.relay.socks5.Socks5Handshake;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The shell of a {@link Socks5Handshake}: reads just what it wants, writes what it answers. Confined to its event loop.
 */
final class HandshakingLeg implements StreamSocket.Listener {
    /** What becomes of it. Exactly one method is called, once. */
    interface Owner {
        /** The client wants the bytestream {@code handshake.key()} and waits for the reply. */
        void requested(HandshakingLeg leg, Socks5Handshake handshake);

        /** The client is to be turned away; {@code reply} may be empty. */
        void refused(HandshakingLeg leg, Refusal why, byte[] reply);

        /** A bug has struck. */
        void fault(HandshakingLeg leg, Throwable bug);

        /** The client left. */
        void left(HandshakingLeg leg);
    }

    private final StreamSocket socket;
    private final ByteBuffer scratch;
    private final Owner owner;
    private final long deadlineNanos;
    private final Socks5Handshake handshake = new Socks5Handshake();
    private boolean decided;

    HandshakingLeg(StreamSocket socket, ByteBuffer scratch, long deadlineNanos, Owner owner) {
        this.socket = socket;
        this.scratch = scratch;
        this.deadlineNanos = deadlineNanos;
        this.owner = owner;
    }

    StreamSocket socket() {
        return socket;
    }

    boolean isDue(long nowNanos) {
        return nowNanos - deadlineNanos >= 0;
    }

    @Override
    public void onReady(boolean readable, boolean writable, boolean hangUp) {
        try {
            while (readable && !decided) {
                int got = socket.read(scratch.clear().limit(handshake.wanted()));
                if (got == 0) {
                    return;
                }
                if (got < 0) {
                    decided = true;
                    owner.left(this);
                } else {
                    step(handshake.onBytes(scratch.flip()));
                }
            }
        } catch (IOException gone) {
            decided = true;
            owner.left(this);
        }
    }

    @Override
    public void onFault(Throwable bug) {
        owner.fault(this, bug);
    }

    private void step(Socks5Handshake.Step step) throws IOException {
        switch (step) {
            case READ -> {}
            case REPLY -> send(socket, scratch, handshake.methodReply());
            case REQUESTED -> {
                decided = true;
                owner.requested(this, handshake);
            }
            case REFUSED -> {
                decided = true;
                owner.refused(this, handshake.refusal(), handshake.refusalReply());
            }
        }
    }

    /** Sends one of the handshake's few bytes, for which a fresh socket always has room. */
    static void send(StreamSocket socket, ByteBuffer scratch, byte[] reply) throws IOException {
        scratch.clear().put(reply).flip();
        if (socket.write(scratch) < reply.length) {
            throw new IOException("no room for a SOCKS5 reply");
        }
    }
}
