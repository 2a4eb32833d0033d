// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

import java.io.IOException;

/**
 * An array of the kernel's {@code mmsghdr}, each with its own place for a name and for ancillary data. Offsets are
 * those of 64-bit Linux. Confined to its event loop.
 *
 * <pre>
 *  mmsghdr (64)  0 name  8 name length (4)  16 vector  24 vector length  32 control  40 control length  48 flags (4)
 *                56 bytes moved (4)
 *  iovec (16)    0 base  8 length
 *  cmsghdr (16)  0 length  8 level (4)  12 type (4), then the data, padded to 8
 * </pre>
 */
final class MessageArray {
    static final int SOL_UDP = 17;
    static final int CONTROL_ROOM = 64;
    static final int CONTROL_DATA = 16;

    private static final int HEADER = 64;
    private static final int VECTOR = 16;
    private static final int NAME_LENGTH = 8;
    private static final int VECTOR_AT = 16;
    private static final int VECTOR_LENGTH = 24;
    private static final int CONTROL = 32;
    private static final int CONTROL_LENGTH = 40;
    private static final int FLAGS = 48;
    private static final int MOVED = 56;

    private final Memory memory;
    private final int vectorsAt;
    private final int namesAt;
    private final int controlsAt;

    /** Room for so many messages, and so many pieces of memory altogether. */
    MessageArray(SocketCalls calls, int messages, int vectors) throws IOException {
        vectorsAt = messages * HEADER;
        namesAt = vectorsAt + vectors * VECTOR;
        controlsAt = namesAt + messages * Sockaddr.ROOM;
        memory = Memory.map(calls, controlsAt + messages * CONTROL_ROOM);
    }

    void free(SocketCalls calls) {
        memory.free(calls);
    }

    /** The memory of names and ancillary data. */
    Memory memory() {
        return memory;
    }

    /** Where the kernel finds a message. */
    long at(int message) {
        return memory.at((long) message * HEADER);
    }

    /** Offset of a message's own place for a name. */
    int nameOffset(int message) {
        return namesAt + message * Sockaddr.ROOM;
    }

    /** Offset of a message's own place for ancillary data. */
    int controlOffset(int message) {
        return controlsAt + message * CONTROL_ROOM;
    }

    void vector(int vector, long bytes, int length) {
        long at = vectorsAt + (long) vector * VECTOR;
        memory.putLong(at, bytes);
        memory.putLong(at + 8, length);
    }

    int vectorLength(int vector) {
        return (int) memory.getLong(vectorsAt + (long) vector * VECTOR + 8);
    }

    /** The pieces of a message. */
    void vectors(int message, int first, int count) {
        long at = (long) message * HEADER;
        memory.putLong(at + VECTOR_AT, memory.at(vectorsAt + (long) first * VECTOR));
        memory.putLong(at + VECTOR_LENGTH, count);
    }

    void name(int message, long name, int length) {
        long at = (long) message * HEADER;
        memory.putLong(at, name);
        memory.putInt(at + NAME_LENGTH, length);
    }

    /** Gives a message the name of another. */
    void nameOf(int message, int other) {
        long from = (long) message * HEADER;
        name(other, memory.getLong(from), memory.getInt(from + NAME_LENGTH));
    }

    /** Ancillary data in the message's own place; 0: none. */
    void control(int message, int length) {
        long at = (long) message * HEADER;
        memory.putLong(at + CONTROL, length == 0 ? 0 : memory.at(controlOffset(message)));
        memory.putLong(at + CONTROL_LENGTH, length);
    }

    /** Makes a message ready to receive into its own places; the kernel has written over the lengths. */
    void prepareToReceive(int message) {
        long at = (long) message * HEADER;
        memory.putInt(at + NAME_LENGTH, Sockaddr.ROOM);
        memory.putLong(at + CONTROL_LENGTH, CONTROL_ROOM);
        memory.putInt(at + FLAGS, 0);
    }

    int controlLength(int message) {
        return (int) memory.getLong((long) message * HEADER + CONTROL_LENGTH);
    }

    /** How many bytes a call for many messages has moved for this one. */
    int moved(int message) {
        return memory.getInt((long) message * HEADER + MOVED);
    }

    /** Makes a message look as if it had been received by a call for many. */
    void received(int message, int bytes) {
        long at = (long) message * HEADER;
        memory.putInt(at + MOVED, bytes);
        memory.putLong(at + CONTROL_LENGTH, 0);
    }
}
