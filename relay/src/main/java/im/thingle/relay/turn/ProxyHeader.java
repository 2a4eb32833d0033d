// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the PROXY protocol's header, version 1 (one line of text) or 2 (binary), with which a load balancer says whom
 * it speaks for. It asks for just the bytes it needs: not one of what follows is touched. Confined to its event loop.
 *
 * <pre>
 *   1:  PROXY TCP4 source destination source-port destination-port CR LF      at most 107 bytes
 *   2:  signature (12)  version and command (1)  family (1)  length (2)  addresses, ports, extensions (length)
 * </pre>
 */
final class ProxyHeader {
    /** What to do next. */
    enum Step {
        /** Read {@link #wanted()} bytes, or some of them. */
        READ,
        /** The header is over; {@link #source()} says whose the connection is. */
        DONE,
        /** This is no PROXY header. */
        MALFORMED
    }

    private static final byte[] SIGNATURE = {'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'};
    private static final byte[] WORD = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final int LONGEST_LINE = 107;
    private static final int BINARY_HEADER = 16;
    /** What comes after the addresses is for those who asked for it; nobody sends much. */
    private static final int LONGEST_BINARY = BINARY_HEADER + 2048;

    private byte[] bytes = new byte[SIGNATURE.length];
    private int count;
    private int end = SIGNATURE.length;
    private InetSocketAddress source;

    /** How many bytes are missing. */
    int wanted() {
        return end - count;
    }

    /** Takes the buffer's remaining bytes, of which there are at most {@link #wanted()}. */
    Step onBytes(ByteBuffer got) {
        int length = got.remaining();
        if (bytes.length < end) {
            bytes = Arrays.copyOf(bytes, end);
        }
        got.get(bytes, count, length);
        count += length;
        if (count < end) {
            return Step.READ;
        }
        return Arrays.equals(bytes, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length) ? binary() : text();
    }

    /** Who really connects; null if the proxy speaks for itself or does not tell. */
    InetSocketAddress source() {
        return source;
    }

    private Step binary() {
        if (count == SIGNATURE.length) {
            return read(BINARY_HEADER);
        }
        int length = Byte.toUnsignedInt(bytes[14]) << 8 | Byte.toUnsignedInt(bytes[15]);
        int command = bytes[12];
        if (command != 0x20 && command != 0x21 || BINARY_HEADER + length > LONGEST_BINARY) {
            return Step.MALFORMED;
        }
        if (count < BINARY_HEADER + length) {
            return read(BINARY_HEADER + length);
        }
        int addressBytes = switch (bytes[13]) {
            case 0x11 -> 4;
            case 0x21 -> 16;
            default -> 0; // not TCP: nothing that could be a client's address
        };
        if (command == 0x20 || addressBytes == 0) {
            return Step.DONE;
        }
        if (length < 2 * addressBytes + 4) {
            return Step.MALFORMED;
        }
        byte[] address = Arrays.copyOfRange(bytes, BINARY_HEADER, BINARY_HEADER + addressBytes);
        int portAt = BINARY_HEADER + 2 * addressBytes;
        return done(address, Byte.toUnsignedInt(bytes[portAt]) << 8 | Byte.toUnsignedInt(bytes[portAt + 1]));
    }

    private Step text() {
        if (!Arrays.equals(bytes, 0, WORD.length, WORD, 0, WORD.length)) {
            return Step.MALFORMED;
        }
        if (bytes[count - 1] != '\n') {
            return count < LONGEST_LINE ? read(count + 1) : Step.MALFORMED;
        }
        if (bytes[count - 2] != '\r') {
            return Step.MALFORMED;
        }
        String[] words = new String(bytes, 0, count - 2, StandardCharsets.US_ASCII).split(" ", -1);
        if (words[1].equals("UNKNOWN")) {
            return Step.DONE;
        }
        if (words.length != 6 || !words[1].equals("TCP4") && !words[1].equals("TCP6")) {
            return Step.MALFORMED;
        }
        byte[] address = NetUtil.createByteArrayFromIpAddressString(words[2]);
        if (address == null || address.length != (words[1].equals("TCP4") ? 4 : 16)
                || !words[4].matches("[0-9]{1,5}")) {
            return Step.MALFORMED;
        }
        return done(address, Integer.parseInt(words[4]));
    }

    private Step read(int until) {
        end = until;
        return Step.READ;
    }

    private Step done(byte[] address, int port) {
        if (port > 0xFFFF) {
            return Step.MALFORMED;
        }
        try {
            source = new InetSocketAddress(InetAddress.getByAddress(address), port);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible); // only for lengths other than 4 and 16
        }
        return Step.DONE;
    }
}
