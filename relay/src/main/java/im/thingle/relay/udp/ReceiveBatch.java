// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

import im.thingle.relay.udp.EngineCounters.Count;
import java.io.IOException;

/**
 * Takes from sockets what has arrived, many datagrams at a time, and gives it to their receivers. Confined to its event
 * loop.
 */
final class ReceiveBatch {
    /** So many calls for one socket; then it is the others' turn. */
    private static final int ROUNDS = 8;
    /** What may wait in the slots to be sent: more would fall out of the cache, and touch ever more pages. */
    private static final int KEPT_BYTES = 256 * 1024;

    private static final int UDP_GRO = 104;
    private static final int SEGMENT_CONTROL_LENGTH = MessageArray.CONTROL_DATA + Integer.BYTES;

    private final SocketCalls calls;
    private final SendBatch sends;
    private final EngineCounters counters;
    private final ReceiveSlots slots;
    private final MessageArray array;
    private final NativeDatagram datagram;
    private int nextSlot;
    private int keptBytes;
    private int moved;

    ReceiveBatch(SocketCalls calls, SendBatch sends, EngineCounters counters) throws IOException {
        this.calls = calls;
        this.sends = sends;
        this.counters = counters;
        slots = new ReceiveSlots(calls);
        array = slots.array();
        datagram = new NativeDatagram(slots);
    }

    /** Hands on what a socket has, within bounds; what is left makes the socket ready again. */
    void drain(NativeDatagramSocket socket) {
        for (int round = 0; round < ROUNDS && socket.isOpen(); round++) {
            if (nextSlot == ReceiveSlots.SLOTS || keptBytes > KEPT_BYTES) {
                sends.flush();
                reuse();
            }
            int first = nextSlot;
            int wanted = Math.min(ReceiveSlots.PER_CALL, ReceiveSlots.SLOTS - first);
            boolean alone = socket.readsOne();
            int got = alone ? receiveOne(socket, first) : receiveMany(socket, first, wanted);
            if (got <= 0) {
                return;
            }
            nextSlot = first + got;
            deliver(socket, first, got);
            if (alone || got < wanted) {
                return;
            }
        }
    }

    /** Everything that was received has been sent on. */
    void reuse() {
        nextSlot = 0;
        keptBytes = 0;
    }

    /** How many datagrams were handed on since the last time. */
    int takeMoved() {
        int taken = moved;
        moved = 0;
        return taken;
    }

    void free() {
        slots.free();
    }

    /** A cheaper call, and none that finds out that there is no second datagram: if there is, we are told again. */
    private int receiveOne(NativeDatagramSocket socket, int slot) {
        long name = array.memory().at(array.nameOffset(slot));
        long bytes = slots.memory().at(ReceiveSlots.offset(slot));
        int length = calls.receive(socket.descriptor(), bytes, ReceiveSlots.ROOM, name, Sockaddr.ROOM);
        counters.add(Count.RECEIVE_CALLS, 1);
        if (length < 0) {
            countError(length);
            return 0; // whatever is behind an error is told again
        }
        array.received(slot, length);
        return 1;
    }

    private int receiveMany(NativeDatagramSocket socket, int first, int wanted) {
        int got = calls.receiveMany(socket.descriptor(), array.at(first), wanted);
        counters.add(Count.RECEIVE_CALLS, 1);
        if (got < 0) {
            countError(got);
            return 0;
        }
        socket.onReceived(got);
        return got;
    }

    /** Mostly the ICMP answer to something sent earlier, which is told once. */
    private void countError(int error) {
        if (error != -Errno.EAGAIN) {
            counters.add(Count.RECEIVE_ERRORS, 1);
        }
    }

    private void deliver(NativeDatagramSocket socket, int first, int count) {
        int datagrams = 0;
        for (int slot = first; slot < first + count && socket.isOpen(); slot++) {
            int length = array.moved(slot);
            keptBytes += length;
            int segment = array.controlLength(slot) == 0 ? 0 : segmentSize(slot);
            if (segment == 0 || segment >= length) {
                hand(socket, slot, ReceiveSlots.offset(slot), length, true);
                datagrams++;
            } else {
                datagrams += handSegments(socket, slot, length, segment);
            }
        }
        moved += datagrams;
        counters.add(Count.RECEIVED, datagrams);
        if (socket.isOpen()) { // else the descriptor may be somebody else's by now
            socket.offload().onBatch(array, first, count, datagrams);
        }
        for (int slot = first; slot < first + count; slot++) {
            array.prepareToReceive(slot);
        }
    }

    private int handSegments(NativeDatagramSocket socket, int slot, int length, int segment) {
        int start = ReceiveSlots.offset(slot);
        int segments = 0;
        for (int from = 0; from < length && socket.isOpen(); from += segment) {
            hand(socket, slot, start + from, Math.min(segment, length - from), from == 0);
            segments++;
        }
        counters.add(Count.SEGMENTS_RECEIVED, segments);
        return segments;
    }

    private void hand(NativeDatagramSocket socket, int slot, int offset, int length, boolean headRoom) {
        datagram.set(array.nameOffset(slot), offset, length, headRoom);
        try {
            socket.receiver().onDatagram(socket, datagram);
        } catch (RuntimeException | Error bug) {
            socket.receiver().onFault(socket, bug);
        }
    }

    /** The length of the segments that the kernel has put together, or 0. */
    private int segmentSize(int slot) {
        int control = array.controlOffset(slot);
        boolean told = array.controlLength(slot) >= SEGMENT_CONTROL_LENGTH
                && array.memory().getInt(control + 8) == MessageArray.SOL_UDP
                && array.memory().getInt(control + 12) == UDP_GRO;
        return told ? array.memory().getInt(control + MessageArray.CONTROL_DATA) : 0;
    }
}
