// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import im.thingle.relay.net.LinuxCalls;
import im.thingle.relay.net.Transport;
import java.io.IOException;
import java.util.ArrayDeque;

/**
 * The conduits of one event loop. Pipes where the transport can splice; a buffer where it cannot, and also when the
 * process has no descriptor left for a pipe, so that streams already running never starve. Confined to its event loop.
 */
public final class ConduitPool {
    /** More than this many idle pipes are closed: at rest a loop keeps 32 descriptors at most. */
    private static final int IDLE_PIPES = 16;

    private static final int IDLE_BUFFERS = 4;
    /** The most the kernel grants without privilege (fs.pipe-max-size); fewer, larger splices cost less per byte. */
    private static final int LARGE_BYTES = 1024 * 1024;

    /**
     * So many large pipes all loops may have together: half of what the kernel grants a user (fs.pipe-user-pages-soft).
     * The pipes beyond are of the default size; it takes many slow receivers to need them, and those are in no hurry.
     */
    private static final int LARGE_PIPES = 32;

    private final boolean splices;
    private final int largePipes;
    private final ArrayDeque<PipeConduit> pipes = new ArrayDeque<>(IDLE_PIPES);
    private final ArrayDeque<BufferConduit> buffers = new ArrayDeque<>(IDLE_BUFFERS);
    private int pipesAlive;

    /**
     * @param loops how many loops share what the kernel grants
     */
    public ConduitPool(Transport transport, int loops) {
        splices = transport == Transport.EPOLL;
        largePipes = Math.max(1, LARGE_PIPES / loops);
    }

    /** An empty conduit; the one used last, since its pages are still in the cache. */
    Conduit take() {
        Conduit pooled = pipes.pollLast();
        if (pooled == null && splices) {
            pooled = newPipe();
        }
        return pooled != null ? pooled : takeBuffer();
    }

    /** An empty conduit for sockets that cannot be spliced. */
    Conduit takeBuffer() {
        Conduit pooled = buffers.pollLast();
        return pooled != null ? pooled : new BufferConduit();
    }

    /** Takes back a conduit; one that still holds bytes is closed with them. */
    void giveBack(Conduit conduit) {
        if (conduit.held() == 0 && conduit instanceof PipeConduit pipe && pipes.size() < IDLE_PIPES) {
            pipes.addLast(pipe);
        } else if (conduit.held() == 0 && conduit instanceof BufferConduit buffer && buffers.size() < IDLE_BUFFERS) {
            buffers.addLast(buffer);
        } else {
            discard(conduit);
        }
    }

    /** How many pipes exist, in use and idle. */
    int pipes() {
        return pipesAlive;
    }

    /** Closes the idle ones. */
    public void close() {
        pipes.forEach(this::discard);
        pipes.clear();
        buffers.clear();
    }

    private void discard(Conduit conduit) {
        conduit.close();
        if (conduit instanceof PipeConduit) {
            pipesAlive--;
        }
    }

    private PipeConduit newPipe() {
        try {
            PipeConduit pipe = new PipeConduit(
                    LinuxCalls.ofThisLoop(), pipesAlive < largePipes ? LARGE_BYTES : PipeConduit.DEFAULT_BYTES);
            pipesAlive++;
            return pipe;
        } catch (IOException outOfDescriptors) {
            return null;
        }
    }
}
