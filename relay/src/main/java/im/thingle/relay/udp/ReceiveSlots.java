// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Where datagrams are received, and stay until the batch that forwards them has been sent. Each slot takes the longest
 * datagram there is, but costs only the pages that were ever touched. Slots are used from the first one on, so that few
 * datagrams touch few pages. Confined to its event loop.
 */
final class ReceiveSlots {
    /** As many as are asked for in one call. */
    static final int PER_CALL = 64;

    static final int SLOTS = 256;
    /** In front of each datagram, for what is to be written there. */
    static final int HEAD_ROOM = 64;

    static final int ROOM = 65_536;
    /** Not a power of two, or all datagrams would compete for the same lines of the cache. */
    private static final int STRIDE = ROOM + 5 * 64;

    private final SocketCalls calls;
    private final MessageArray array;
    private final Memory memory;
    private final ByteBuffer buffer;

    ReceiveSlots(SocketCalls calls) throws IOException {
        this.calls = calls;
        array = new MessageArray(calls, SLOTS, SLOTS);
        memory = Memory.map(calls, (long) SLOTS * STRIDE + HEAD_ROOM);
        buffer = memory.asBuffer();
        for (int slot = 0; slot < SLOTS; slot++) {
            array.vector(slot, memory.at(offset(slot)), ROOM);
            array.vectors(slot, slot, 1);
            array.name(slot, array.memory().at(array.nameOffset(slot)), Sockaddr.ROOM);
            array.control(slot, MessageArray.CONTROL_ROOM);
            array.prepareToReceive(slot);
        }
    }

    void free() {
        array.free(calls);
        memory.free(calls);
    }

    /** The messages of the slots. */
    MessageArray array() {
        return array;
    }

    /** The bytes of all slots. */
    Memory memory() {
        return memory;
    }

    /** The bytes of all slots; position and limit are anybody's. */
    ByteBuffer buffer() {
        return buffer;
    }

    /** Where the datagrams of a slot begin in {@link #memory()}. */
    static int offset(int slot) {
        return slot * STRIDE + HEAD_ROOM;
    }
}
