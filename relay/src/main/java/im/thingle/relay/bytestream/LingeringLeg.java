// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import im.thingle.relay.net.StreamSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * A socket on its way out. Closing it while the client still sends would make the kernel answer with a reset, and a
 * reset may destroy what the client has not read yet; so our end of file is sent first and what still comes is read and
 * thrown away, until the client closes or its time is up. Confined to its event loop.
 */
public final class LingeringLeg implements StreamSocket.Listener {
    private static final int READS_PER_TURN = 16;

    private final StreamSocket socket;
    private final ByteBuffer scratch;
    private final Consumer<LingeringLeg> whenGone;
    private final long deadlineNanos;

    public LingeringLeg(StreamSocket socket, ByteBuffer scratch, long deadlineNanos, Consumer<LingeringLeg> whenGone) {
        this.socket = socket;
        this.scratch = scratch;
        this.deadlineNanos = deadlineNanos;
        this.whenGone = whenGone;
    }

    public void start() {
        try {
            socket.shutdownOutput();
        } catch (IOException gone) {
            close();
            return;
        }
        socket.listener(this);
        socket.await(true, false);
        discard();
    }

    @Override
    public void onReady(boolean readable, boolean writable, boolean hangUp) {
        if (readable) {
            discard();
        }
    }

    @Override
    public void onFault(Throwable bug) {
        close();
    }

    public boolean isDue(long nowNanos) {
        return nowNanos - deadlineNanos >= 0;
    }

    public void close() {
        socket.close();
        whenGone.accept(this);
    }

    private void discard() {
        try {
            for (int i = 0; i < READS_PER_TURN; i++) {
                int got = socket.read(scratch.clear());
                if (got < 0) {
                    close();
                    return;
                }
                if (got == 0) {
                    return;
                }
            }
            // it will not stop talking: the deadline ends it, and the kernel's window slows it
        } catch (IOException gone) {
            close();
        }
    }
}
