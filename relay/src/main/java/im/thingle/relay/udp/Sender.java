// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

import im.thingle.relay.udp.EngineCounters.Count;
import java.io.IOException;

/**
 * Hands the flows of a socket to the kernel in as few calls as can be: one message for a run of equal datagrams of a
 * flow (UDP_SEGMENT), one call for many messages. Confined to its event loop.
 */
final class Sender {
    private static final int MESSAGES = 128;
    private static final int VECTORS = 512;
    /** As many as every kernel takes in one message. */
    private static final int SEGMENTS = 64;
    /** The payload of one message; what IPv6 leaves is a little less than 65,507. */
    private static final int MESSAGE_BYTES = 65_000;
    private static final int UDP_SEGMENT = 103;
    private static final int SEGMENT_CONTROL = 24;
    private static final int SEGMENT_CONTROL_LENGTH = MessageArray.CONTROL_DATA + Short.BYTES;
    private static final int TRIES = 3;

    private final SocketCalls calls;
    private final EngineCounters counters;
    private final MessageArray array;
    /** The headers that do not stand in front of their datagrams, by their piece. */
    private final Memory headers;
    private final int[] segmentSizes = new int[MESSAGES];
    private final int[] segmentCounts = new int[MESSAGES];
    private final int[] flows = new int[MESSAGES];
    private final int[] firstVectors = new int[MESSAGES + 1];
    private final boolean segmentation;
    private int messages;

    Sender(SocketCalls calls, EngineCounters counters, boolean segmentation) throws IOException {
        this.calls = calls;
        this.segmentation = segmentation;
        this.counters = counters;
        array = new MessageArray(calls, MESSAGES + 1, VECTORS); // the last is for segments on their own
        headers = Memory.map(calls, VECTORS * Integer.BYTES);
        for (int i = 0; i < MESSAGES; i++) {
            long control = array.controlOffset(i);
            array.memory().putLong(control, SEGMENT_CONTROL_LENGTH);
            array.memory().putInt(control + 8, MessageArray.SOL_UDP);
            array.memory().putInt(control + 12, UDP_SEGMENT);
        }
    }

    void free() {
        array.free(calls);
        headers.free(calls);
    }

    /** Sends the socket's flows, in order. */
    void send(NativeDatagramSocket socket, SendBatch batch) {
        messages = 0;
        int flow = socket.firstFlow();
        int entry = batch.firstEntry(flow);
        if (batch.nextFlow(flow) == SendBatch.NONE
                && batch.nextEntry(entry) == SendBatch.NONE
                && batch.header(entry) == 0) {
            sendOne(socket, batch, flow, entry);
            return;
        }
        for (; flow != SendBatch.NONE; flow = batch.nextFlow(flow)) {
            entry = batch.firstEntry(flow);
            NativeDestination to = batch.destination(flow);
            while (entry != SendBatch.NONE) {
                int run = run(batch, entry, segmentation && to != null ? to.segmentLimit() : 0);
                if (messages == MESSAGES || firstVectors[messages] + 2 * run > VECTORS) {
                    transmit(socket, batch);
                }
                entry = put(batch, flow, entry, run);
            }
        }
        transmit(socket, batch);
    }

    /**
     * How many datagrams from this one on may go as one message: equally long ones, of which only the last may be
     * shorter, but not empty.
     */
    private static int run(SendBatch batch, int first, int segmentLimit) {
        int size = batch.size(first);
        if (size == 0 || size > segmentLimit) {
            return 1;
        }
        int run = 1;
        int bytes = size;
        int last = size;
        for (int entry = batch.nextEntry(first); entry != SendBatch.NONE && last == size && run < SEGMENTS; run++) {
            last = batch.size(entry);
            bytes += last;
            if (last > size || last == 0 || bytes > MESSAGE_BYTES) {
                break;
            }
            entry = batch.nextEntry(entry);
        }
        return run;
    }

    /** Makes a message of {@code run} datagrams; the entry behind them. */
    private int put(SendBatch batch, int flow, int first, int run) {
        int message = messages++;
        int firstVector = firstVectors[message];
        int vector = firstVector;
        int entry = first;
        for (int i = 0; i < run; i++) {
            int header = batch.header(entry);
            if (header != 0) {
                headers.putNetworkInt((long) vector * Integer.BYTES, header);
                array.vector(vector, headers.at((long) vector * Integer.BYTES), Integer.BYTES);
                vector++;
            }
            array.vector(vector++, batch.bytes(entry), batch.length(entry));
            entry = batch.nextEntry(entry);
        }
        array.name(message, batch.name(flow), batch.nameLength(flow));
        array.vectors(message, firstVector, vector - firstVector);
        array.control(message, run == 1 ? 0 : SEGMENT_CONTROL);
        segmentCounts[message] = run;
        flows[message] = flow;
        segmentSizes[message] = batch.size(first);
        if (run > 1) {
            array.memory().putShort(
                    array.controlOffset(message) + MessageArray.CONTROL_DATA, (short) segmentSizes[message]);
        }
        firstVectors[messages] = vector;
        return entry;
    }

    private void sendOne(NativeDatagramSocket socket, SendBatch batch, int flow, int entry) {
        int sent;
        int failures = 0;
        do {
            sent = calls.send(
                    socket.descriptor(),
                    batch.bytes(entry),
                    batch.length(entry),
                    batch.name(flow),
                    batch.nameLength(flow));
            counters.add(Count.SEND_CALLS, 1);
        } while (sent < 0 && ++failures < tries(sent));
        if (sent < 0) {
            drop(sent, 1);
        } else {
            counters.add(Count.SENT, 1);
        }
    }

    private void transmit(NativeDatagramSocket socket, SendBatch batch) {
        int done = 0;
        int failures = 0;
        while (done < messages) {
            int sent = calls.sendMany(socket.descriptor(), array.at(done), messages - done);
            counters.add(Count.SEND_CALLS, 1);
            if (sent > 0) {
                count(done, sent);
                done += sent;
                failures = 0;
            } else if (segmentCounts[done] > 1 && isAboutSegments(sent) && failures > 0) {
                batch.destination(flows[done]).limitSegments(segmentSizes[done], -sent);
                sendSingly(socket, done++);
                failures = 0;
            } else if (++failures >= tries(sent)) {
                drop(sent, segmentCounts[done++]);
                failures = 0;
            }
        }
        messages = 0;
    }

    /** Sends the segments of a message one by one, because the kernel does not take them together. */
    private void sendSingly(NativeDatagramSocket socket, int message) {
        int alone = MESSAGES;
        array.nameOf(message, alone);
        array.control(alone, 0);
        int vector = firstVectors[message];
        for (int i = 0; i < segmentCounts[message]; i++) {
            int first = vector;
            int bytes = array.vectorLength(vector++);
            // a header of its own never fills a segment
            while (bytes < segmentSizes[message] && vector < firstVectors[message + 1]) {
                bytes += array.vectorLength(vector++);
            }
            array.vectors(alone, first, vector - first);
            int sent = calls.send(socket.descriptor(), array.at(alone));
            counters.add(Count.SEND_CALLS, 1);
            if (sent < 0) {
                drop(sent, 1);
            } else {
                counters.add(Count.SENT, 1);
            }
        }
    }

    private void count(int first, int sent) {
        int datagrams = 0;
        int segments = 0;
        for (int i = first; i < first + sent; i++) {
            datagrams += segmentCounts[i];
            segments += segmentCounts[i] > 1 ? segmentCounts[i] : 0;
        }
        counters.add(Count.SENT, datagrams);
        counters.add(Count.SEGMENTS_SENT, segments);
    }

    private void drop(int error, int datagrams) {
        boolean full = error == -Errno.EAGAIN || error == -Errno.ENOBUFS;
        counters.add(full ? Count.SEND_BUFFER_FULL : Count.SEND_ERRORS, datagrams);
    }

    /** A full buffer may have drained; any other error may be the ICMP answer to an earlier datagram, told once. */
    private static int tries(int error) {
        return error == -Errno.EAGAIN ? TRIES : 2;
    }

    private static boolean isAboutSegments(int error) {
        return error == -Errno.EINVAL
                || error == -Errno.EIO
                || error == -Errno.EMSGSIZE
                || error == -Errno.EOPNOTSUPP;
    }
}
