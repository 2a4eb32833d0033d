// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

import im.thingle.stun.attribute.TransportAddress.Family;
import java.nio.ByteBuffer;
import java.util.Objects;

/** The datagram that is being handled: a window on the slots. Confined to its event loop. */
final class NativeDatagram implements Datagram {
    private final ReceiveSlots slots;
    private final Memory names;
    private int nameOffset;
    private int offset;
    private int length;
    private boolean headRoom;

    NativeDatagram(ReceiveSlots slots) {
        this.slots = slots;
        this.names = slots.array().memory();
    }

    /** Moves to another datagram, or segment. Only the first segment of a slot has room in front. */
    void set(int nameOffset, int offset, int length, boolean headRoom) {
        this.nameOffset = nameOffset;
        this.offset = offset;
        this.length = length;
        this.headRoom = headRoom;
    }

    /** Where the kernel finds these bytes of the datagram. */
    long at(int from, int count) {
        Objects.checkFromIndexSize(from - offset, count, length);
        return slots.memory().at(from);
    }

    /** Writes a header right in front of the datagram; false if something else stands there. Once per datagram. */
    boolean putInFront(int header) {
        if (!headRoom) {
            return false;
        }
        headRoom = false;
        slots.memory().putNetworkInt(offset - Integer.BYTES, header);
        return true;
    }

    Memory names() {
        return names;
    }

    int nameOffset() {
        return nameOffset;
    }

    @Override
    public ByteBuffer bytes() {
        return slots.buffer().limit(offset + length).position(offset);
    }

    @Override
    public int offset() {
        return offset;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public Family sourceFamily() {
        return Sockaddr.family(names, nameOffset);
    }

    @Override
    public long sourceHigh() {
        return Sockaddr.high(names, nameOffset);
    }

    @Override
    public long sourceLow() {
        return Sockaddr.low(names, nameOffset);
    }

    @Override
    public int sourcePort() {
        return Sockaddr.port(names, nameOffset);
    }
}
