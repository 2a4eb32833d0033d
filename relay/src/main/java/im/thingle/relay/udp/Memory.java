// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A stretch of memory outside the heap that the kernel is pointed to. It comes zeroed, and a page of it costs nothing
 * before it is touched. Nobody may use it after {@link #free}. Confined to its event loop.
 */
final class Memory {
    private static final ValueLayout.OfShort NETWORK_SHORT = JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt NETWORK_INT = JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong NETWORK_LONG = JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final long address;
    private final MemorySegment bytes;

    private Memory(long address, long size) {
        this.address = address;
        this.bytes = MemorySegment.ofAddress(address).reinterpret(size);
    }

    static Memory map(SocketCalls calls, long size) throws IOException {
        return new Memory(calls.map(size), size);
    }

    void free(SocketCalls calls) {
        calls.unmap(address, bytes.byteSize());
    }

    /** Where the kernel finds the byte at {@code offset}. */
    long at(long offset) {
        return address + offset;
    }

    /** All of it, in network byte order. */
    ByteBuffer asBuffer() {
        return bytes.asByteBuffer();
    }

    void copy(long from, long to, long length) {
        MemorySegment.copy(bytes, from, bytes, to, length);
    }

    void copyFrom(Memory other, long from, long to, long length) {
        MemorySegment.copy(other.bytes, from, bytes, to, length);
    }

    byte getByte(long offset) {
        return bytes.get(JAVA_BYTE, offset);
    }

    short getShort(long offset) {
        return bytes.get(JAVA_SHORT_UNALIGNED, offset);
    }

    int getInt(long offset) {
        return bytes.get(JAVA_INT_UNALIGNED, offset);
    }

    long getLong(long offset) {
        return bytes.get(JAVA_LONG_UNALIGNED, offset);
    }

    short getNetworkShort(long offset) {
        return bytes.get(NETWORK_SHORT, offset);
    }

    int getNetworkInt(long offset) {
        return bytes.get(NETWORK_INT, offset);
    }

    long getNetworkLong(long offset) {
        return bytes.get(NETWORK_LONG, offset);
    }

    void putShort(long offset, short value) {
        bytes.set(JAVA_SHORT_UNALIGNED, offset, value);
    }

    void putInt(long offset, int value) {
        bytes.set(JAVA_INT_UNALIGNED, offset, value);
    }

    void putLong(long offset, long value) {
        bytes.set(JAVA_LONG_UNALIGNED, offset, value);
    }

    void putNetworkShort(long offset, short value) {
        bytes.set(NETWORK_SHORT, offset, value);
    }

    void putNetworkInt(long offset, int value) {
        bytes.set(NETWORK_INT, offset, value);
    }

    void putNetworkLong(long offset, long value) {
        bytes.set(NETWORK_LONG, offset, value);
    }
}
