// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.stream;

import im.thingle.stun.message.StunMessage;
import im.thingle.stun.turn.ChannelData;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Finds where the next message of a TCP or TLS stream ends: a STUN message by its length field (RFC 8489 §6.2.2),
 * ChannelData by its own and with padding to four bytes (RFC 8656 §12.5). It looks at the first eight bytes and no
 * further, copies nothing and remembers nothing, so that any split of the stream gives the same messages. Immutable.
 */
public final class StunFramer {
    /** The message is not whole yet. */
    public static final int NEED_MORE = 0;
    /** The stream is no STUN, or a message in it is too long: nothing after this can be found, so close it. */
    public static final int MALFORMED = -1;
    /** No message is longer: a STUN message with the highest length there is. */
    public static final int LONGEST = StunMessage.HEADER_BYTES + 0xFFFC;

    private static final int COOKIE_AT = 4;
    private static final int COOKIE_END = 8;

    private final int maxBytes;

    /** Refuses messages longer than this, header and padding counted; give it the size of the buffer they gather in. */
    public StunFramer(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * Looks at {@code available} bytes from index {@code from}, where a message begins. The buffer's position and limit
     * play no part and stay as they are.
     *
     * @return bytes of the message with its padding, which are all there; or {@link #NEED_MORE} or {@link #MALFORMED}
     * @throws IndexOutOfBoundsException if the buffer does not have these bytes, which is the caller's mistake
     */
    public int next(ByteBuffer bytes, int from, int available) {
        Objects.checkFromIndexSize(from, available, bytes.limit());
        if (available == 0) {
            return NEED_MORE;
        }
        int length;
        if (ChannelData.isChannelData(bytes.get(from))) {
            length = available < ChannelData.HEADER_BYTES ? NEED_MORE : channelData(bytes, from);
        } else {
            length = stun(bytes, from, available);
        }
        if (length > maxBytes) {
            return MALFORMED;
        }
        return length > available ? NEED_MORE : length;
    }

    private static int channelData(ByteBuffer bytes, int from) {
        return ChannelData.HEADER_BYTES + ChannelData.padded(ChannelData.length(bytes, from));
    }

    private static int stun(ByteBuffer bytes, int from, int available) {
        // What can be told to be no STUN is told at once, so that a port scanner does not hold the connection.
        if ((bytes.get(from) & 0b1100_0000) != 0) {
            return MALFORMED;
        }
        for (int i = COOKIE_AT; i < Math.min(available, COOKIE_END); i++) {
            if (bytes.get(from + i) != (byte) (StunMessage.MAGIC_COOKIE >>> 8 * (COOKIE_END - 1 - i))) {
                return MALFORMED;
            }
        }
        if (available < COOKIE_END) {
            return NEED_MORE;
        }
        int length = Byte.toUnsignedInt(bytes.get(from + 2)) << 8 | Byte.toUnsignedInt(bytes.get(from + 3));
        return (length & 3) == 0 ? StunMessage.HEADER_BYTES + length : MALFORMED;
    }
}
