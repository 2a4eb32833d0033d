// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Reads and writes the header of ChannelData, RFC 8656 §12.4, at an index of a buffer of any byte order. Safe from any
 * thread.
 *
 * <pre>
 *   channel number (2)  length (2)  data  0 to 3 bytes of padding      length counts the data alone
 * </pre>
 *
 * Over TCP and TLS the padding must be there, over UDP it may (§12.5).
 */
public final class ChannelData {
    /** Bytes before the data. */
    public static final int HEADER_BYTES = 4;
    /** The lowest number a channel may have, RFC 8656 §12. */
    public static final int FIRST_NUMBER = 0x4000;
    /**
     * The highest number a channel may have. COMPAT(RFC 5766 clients, such as turnutils_uclient 4.6.1): RFC 8656 ends
     * at 0x4FFF, RFC 5766 §11 ended here, and to a server alone on its port nothing else begins so.
     */
    public static final int LAST_NUMBER = 0x7FFF;
    /** The bytes are no ChannelData. */
    public static final int MALFORMED = -1;

    private ChannelData() {}

    /** Whether what begins with this byte is ChannelData; of no STUN message, DTLS record or RTP packet is that so. */
    public static boolean isChannelData(byte first) {
        return (first & 0xC0) == FIRST_NUMBER >> 8;
    }

    /** Whether a channel may have this number. */
    public static boolean isNumber(int number) {
        return number >= FIRST_NUMBER && number <= LAST_NUMBER;
    }

    /** The channel's number; the header begins at this index. */
    public static int number(ByteBuffer bytes, int at) {
        return unsignedShort(bytes, at);
    }

    /** Bytes of data the header speaks of, there or not. */
    public static int length(ByteBuffer bytes, int at) {
        return unsignedShort(bytes, at + 2);
    }

    /**
     * Looks at {@code available} bytes from this index as one whole datagram.
     *
     * @return bytes of data after the header, which are all there, or {@link #MALFORMED}; bytes after the data are
     *         padding
     */
    public static int check(ByteBuffer bytes, int at, int available) {
        Objects.checkFromIndexSize(at, available, bytes.limit());
        if (available < HEADER_BYTES || !isChannelData(bytes.get(at))) {
            return MALFORMED;
        }
        int length = length(bytes, at);
        return length <= available - HEADER_BYTES ? length : MALFORMED;
    }

    /** Writes the header at this index, right before the data. */
    public static void writeHeader(ByteBuffer bytes, int at, int number, int length) {
        bytes.put(at, (byte) (number >> 8)).put(at + 1, (byte) number);
        bytes.put(at + 2, (byte) (length >> 8)).put(at + 3, (byte) length);
    }

    /** Writes the zeros that a stream needs behind the data of the message that begins at this index. */
    public static void writePadding(ByteBuffer bytes, int at) {
        int length = length(bytes, at);
        for (int i = length; i < padded(length); i++) {
            bytes.put(at + HEADER_BYTES + i, (byte) 0);
        }
    }

    /** This many bytes of data with their padding in a stream. */
    public static int padded(int length) {
        return length + 3 & ~3;
    }

    private static int unsignedShort(ByteBuffer bytes, int at) {
        return Byte.toUnsignedInt(bytes.get(at)) << 8 | Byte.toUnsignedInt(bytes.get(at + 1));
    }
}
