// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import im.thingle.relay.account.CloseReason;
import im.thingle.relay.account.Shaper;
import im.thingle.relay.net.StreamSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/**
 * One client's socket whose other side is not a socket: it is read chunk by chunk as somebody asks, and written as
 * somebody has something. What is not asked for stays in the kernel, so that the client is slowed down; no memory is
 * held but for the chunk that is on its way out. Confined to its event loop.
 */
final class BridgedLeg implements StreamSocket.Listener, Carrier, Runnable {
    /** After so many bytes written in a turn the other sockets come first. */
    private static final int BYTES_PER_TURN = 64 * 1024;

    private final LoopContext context;
    private final StreamSocket socket;
    private final Shaper shaper;
    private final BridgeListener listener;
    private final Pump.Owner owner;
    private ByteBuffer outgoing;
    private boolean flushing;
    private boolean wanted;
    /** Somebody has looked for bytes, and the socket may hold one of which the kernel knows nothing any more. */
    private boolean looked = true;
    private boolean paused;
    private boolean inputEnded;
    private boolean outputEnding;
    private boolean outputEnded;
    private boolean outputBroken;
    private boolean closed;
    private boolean cut;
    private long bytesFromClient;
    private long bytesToClient;

    BridgedLeg(LoopContext context, StreamSocket socket, Shaper shaper, BridgeListener listener, Pump.Owner owner) {
        this.context = context;
        this.socket = socket;
        this.shaper = shaper;
        this.listener = listener;
        this.owner = owner;
    }

    @Override
    public void start() {
        if (!closed) {
            socket.listener(this);
            lookAgain();
        }
    }

    /** Asks for one chunk, or for the end of file. */
    void read() {
        wanted = true;
        if (looked && !closed && !paused) {
            looked = false;
            take();
        }
        // rather than read here and now: a listener that asks while it is told would have this loop to itself
        lookAgain();
    }

    void write(byte[] bytes) {
        if (closed || outputBroken) {
            return; // broken was told, or will be once everything is read
        }
        if (outgoing != null || outputEnding) {
            throw new IllegalStateException("written to before it was time, or after the end");
        }
        outgoing = ByteBuffer.wrap(bytes);
        flush();
        tellInterest();
    }

    void endOutput() {
        outputEnding = true;
        flush();
        tellInterest();
    }

    void cut() {
        cut = true;
        finish(CloseReason.ENDED);
    }

    @Override
    public void onReady(boolean readable, boolean writable, boolean hangUp) {
        if (closed || paused) {
            return;
        }
        if (writable) {
            flush();
        }
        if (wanted && readable && !closed && !paused) {
            take();
        } else if (hangUp && !closed && socket.peek() == StreamSocket.Peek.BROKEN) {
            finish(CloseReason.RESET);
        }
        tellInterest();
    }

    @Override
    public void onFault(Throwable bug) {
        owner.bug(bug);
        finish(CloseReason.FAULT);
    }

    /** A pause is over. */
    @Override
    public void run() {
        paused = false;
        try {
            flush();
            if (wanted && !closed && !paused) {
                take();
            }
            lookAgain();
        } catch (RuntimeException | Error bug) {
            onFault(bug);
        }
    }

    @Override
    public long bytesFromFirst() {
        return bytesFromClient;
    }

    @Override
    public long bytesFromSecond() {
        return bytesToClient;
    }

    @Override
    public boolean isHalfClosed() {
        return outputBroken || inputEnded && outgoing == null || outputEnded && wanted;
    }

    @Override
    public void finish(CloseReason why) {
        if (closed) {
            return;
        }
        closed = true;
        outgoing = null;
        owner.over(why);
        if (why != CloseReason.COMPLETED && !cut) {
            listener.broken(why);
        }
    }

    private void take() {
        int most = portion();
        if (most == 0) {
            return;
        }
        ByteBuffer scratch = context.scratch().clear().limit(most);
        int got;
        try {
            got = socket.read(scratch);
        } catch (IOException gone) {
            finish(CloseReason.RESET);
            return;
        }
        if (got > 0) {
            wanted = false;
            bytesFromClient += got;
            shaper.charge(got, context.now());
            byte[] chunk = new byte[got];
            scratch.flip().get(chunk);
            listener.data(chunk);
        } else if (got < 0) {
            wanted = false;
            inputEnded();
        }
    }

    private void inputEnded() {
        if (outputBroken) {
            finish(CloseReason.RESET);
            return;
        }
        inputEnded = true;
        listener.ended();
        finishIfOver();
    }

    private void flush() {
        if (flushing) {
            return; // a listener that writes as soon as it is told; the loop below goes on with it
        }
        flushing = true;
        try {
            push();
        } finally {
            flushing = false;
        }
        if (outputEnding && outgoing == null && !outputEnded && !outputBroken && !closed) {
            shutdownOutput();
        }
    }

    /** Lets out what there is, as long as the kernel takes it and the turn lasts. */
    private void push() {
        int budget = BYTES_PER_TURN;
        while (outgoing != null && !paused) {
            if (outgoing.hasRemaining()) {
                int taken = send();
                if (taken == 0) {
                    return;
                }
                budget -= taken;
            }
            if (!outgoing.hasRemaining()) {
                outgoing = null;
                listener.written();
            } else if (budget <= 0) {
                lookAgain();
                return;
            }
        }
    }

    /** How many bytes the kernel took; 0 also if there is nothing to be sent any more. */
    private int send() {
        int portion = portion();
        if (portion == 0) {
            return 0;
        }
        int most = Math.min(portion, outgoing.remaining());
        ByteBuffer scratch = context.scratch().clear();
        scratch.put(0, outgoing, outgoing.position(), most).limit(most);
        try {
            int taken = socket.write(scratch);
            outgoing.position(outgoing.position() + taken);
            bytesToClient += taken;
            shaper.charge(taken, context.now());
            return taken;
        } catch (IOException gone) {
            outputBroken();
            return 0;
        }
    }

    private void shutdownOutput() {
        try {
            socket.shutdownOutput();
            outputEnded = true;
            finishIfOver();
        } catch (IOException gone) {
            outputBroken();
        }
    }

    /** What the client sent before it went is still to be delivered. */
    private void outputBroken() {
        outputBroken = true;
        outgoing = null;
        looked = true;
        if (inputEnded || socket.peek() != StreamSocket.Peek.BYTES) {
            finish(CloseReason.RESET);
        }
    }

    private void finishIfOver() {
        if (inputEnded && outputEnded) {
            finish(CloseReason.COMPLETED);
        }
    }

    /** The most to read or write next; 0: nothing for now, or ever. */
    private int portion() {
        if (!shaper.limits()) {
            return context.scratch().capacity();
        }
        if (shaper.exhausted()) {
            finish(CloseReason.BYTES_PER_DAY);
            return 0;
        }
        long delay = shaper.delayNanos(context.now());
        if (delay > 0) {
            paused = true;
            context.loop().schedule(this, delay, TimeUnit.NANOSECONDS);
            return 0;
        }
        return (int) Math.min(context.scratch().capacity(), shaper.portion());
    }

    private void lookAgain() {
        if (!closed && !paused) {
            tellInterest();
            socket.tellAgain();
        }
    }

    // for transports that must be told
    private void tellInterest() {
        if (!closed) {
            socket.await(wanted && !paused, outgoing != null && !paused);
        }
    }
}
