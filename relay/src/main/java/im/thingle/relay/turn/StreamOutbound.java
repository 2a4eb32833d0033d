// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.relay.net.StreamSocket;
import im.thingle.stun.turn.ChannelData;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What waits to be written to a stream, in order and only in whole messages. Where it is full, data is dropped as on a
 * datagram path, and answers are kept. It holds no memory while it is empty. Confined to its event loop.
 */
final class StreamOutbound {
    /** What became of a message. */
    enum Outcome {
        TAKEN,
        DROPPED,
        /** The client sends requests and never reads the answers. */
        HOPELESS
    }

    private static final int INITIAL_BYTES = 2048;
    /** Above the limit for data there is room for this much of answers. */
    private static final int ANSWER_BYTES = 64 * 1024;

    /** The first two bytes of the messages that carry data. */
    private static final int DATA_INDICATION = 0x0017;

    private final int limit;
    private ByteBuf waiting;

    /**
     * @param limit bytes of data
     */
    StreamOutbound(int limit) {
        this.limit = limit;
    }

    int bytes() {
        return waiting == null ? 0 : waiting.readableBytes();
    }

    /** The memory that is held. */
    int capacity() {
        return waiting == null ? 0 : waiting.capacity();
    }

    /** Adds a STUN message, position to limit, which stay. */
    Outcome offer(ByteBuffer message) {
        int after = bytes() + message.remaining();
        if (after > limit && Short.toUnsignedInt(message.getShort(message.position())) == DATA_INDICATION) {
            return Outcome.DROPPED;
        }
        if (after > limit + ANSWER_BYTES) {
            return Outcome.HOPELESS;
        }
        room(message.remaining()).writeBytes(message.duplicate());
        return Outcome.TAKEN;
    }

    /** Adds a ChannelData frame, padded (RFC 8656 §12.5); false if there is no room. */
    boolean offer(int number, ByteBuffer payload) {
        int length = payload.remaining();
        if (bytes() + length > limit) {
            return false;
        }
        int padded = ChannelData.padded(length);
        ByteBuf to = room(ChannelData.HEADER_BYTES + padded);
        to.writeShort(number).writeShort(length).writeBytes(payload.duplicate()).writeZero(padded - length);
        return true;
    }

    /** Writes what the kernel takes; true once nothing waits any more. */
    boolean flush(StreamSocket socket) throws IOException {
        while (bytes() > 0) {
            ByteBuffer bytes = waiting.internalNioBuffer(waiting.readerIndex(), waiting.readableBytes());
            int taken = socket.write(bytes);
            if (taken == 0) {
                return false;
            }
            waiting.skipBytes(taken);
        }
        clear();
        return true;
    }

    /** Takes out what waits, as a copy. */
    ByteBuffer take() {
        ByteBuffer copy = ByteBuffer.allocate(bytes());
        if (waiting != null) {
            waiting.readBytes(copy);
        }
        clear();
        return copy.flip();
    }

    /** Forgets what waits. */
    void clear() {
        if (waiting != null) {
            waiting.release();
            waiting = null;
        }
    }

    private ByteBuf room(int more) {
        if (waiting == null) {
            waiting = PooledByteBufAllocator.DEFAULT.directBuffer(Math.max(INITIAL_BYTES, more));
        } else if (waiting.writableBytes() < more && waiting.readerIndex() >= waiting.readableBytes()) {
            waiting.discardReadBytes(); // or a queue that is never empty would grow by all that goes through it
        }
        return waiting;
    }
}
