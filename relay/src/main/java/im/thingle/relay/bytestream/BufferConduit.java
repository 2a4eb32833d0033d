// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import im.thingle.relay.net.StreamSocket;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A buffer outside the heap, for sockets that cannot be spliced. Confined to its event loop. */
final class BufferConduit implements Conduit {
    /** Room for what a read usually brings. */
    static final int CAPACITY = 64 * 1024;

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(CAPACITY);
    private int flushed;

    @Override
    public long fill(StreamSocket source, long atMost) throws IOException {
        if (flushed == buffer.position()) {
            buffer.clear();
            flushed = 0;
        }
        buffer.limit(buffer.position() + (int) Math.min(buffer.remaining(), atMost));
        return source.read(buffer);
    }

    @Override
    public long flush(StreamSocket sink) throws IOException {
        int filled = buffer.position();
        buffer.limit(filled).position(flushed);
        int gone;
        try {
            gone = sink.write(buffer);
        } finally {
            buffer.limit(buffer.capacity()).position(filled);
        }
        flushed += gone;
        return gone;
    }

    @Override
    public long held() {
        return buffer.position() - flushed;
    }

    @Override
    public void close() {
        // the collector takes it
    }
}
