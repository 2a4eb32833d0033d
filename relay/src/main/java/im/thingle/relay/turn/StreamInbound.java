// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.stun.stream.StunFramer;
import java.nio.ByteBuffer;

/**
 * Cuts what a stream brings into messages, whatever the portions it comes in. Between two portions it holds the
 * beginning of a message, and nothing else. Confined to its event loop.
 */
final class StreamInbound {
    /** Takes the messages. */
    interface Owner {
        /** Whether there is any use in further messages. */
        boolean isOpen();

        /** What tells where the next message ends; it may change with each. */
        StunFramer framer();

        /** A message, with its padding; false if it is none. */
        boolean onMessage(ByteBuffer bytes, int at, int length);
    }

    private static final byte[] NOTHING = {};

    private byte[] held = NOTHING;
    private ByteBuffer bytes;
    private int cursor;
    private int end;

    /** Begins with what was read elsewhere. */
    void hold(byte[] early) {
        held = early;
    }

    /** The buffer, with what is held at its beginning and room behind it. */
    ByteBuffer readInto(ByteBuffer scratch) {
        return scratch.clear().put(held);
    }

    /**
     * Hands out the messages of a buffer that {@link #readInto} has prepared and somebody has filled up to its
     * position.
     *
     * @return false if this is not the stream it should be
     */
    boolean cut(ByteBuffer scratch, Owner owner) {
        bytes = scratch;
        end = scratch.position();
        scratch.clear();
        held = NOTHING;
        cursor = 0;
        while (owner.isOpen()) {
            int at = cursor;
            int length = owner.framer().next(scratch, at, end - at);
            if (length == StunFramer.NEED_MORE) {
                held = from(at);
                return true;
            }
            cursor = at + length;
            if (length == StunFramer.MALFORMED || !owner.onMessage(scratch, at, length)) {
                return false;
            }
        }
        return true;
    }

    /** A copy of what came from this place on; while a message is being handled. */
    byte[] from(int at) {
        byte[] copy = at < end ? new byte[end - at] : NOTHING;
        bytes.get(at, copy);
        return copy;
    }

    /** A copy of what came behind the message that is being handled. */
    byte[] behind() {
        return from(cursor);
    }
}
