// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What the sockets of a loop have to send at the end of the turn, ordered by socket and within a socket by flow, so
 * that datagrams of one flow stand side by side. Confined to its event loop.
 */
final class SendBatch {
    static final int NONE = -1;
    private static final int ENTRIES = 1024;
    private static final int COPIED_BYTES = 256 * 1024;
    private static final int ALIGNMENT = 8;

    private final SocketCalls calls;
    private final Sender sender;
    private final Destinations destinations;
    private final Memory copies;
    private final ByteBuffer copiesBuffer;
    private int copied;

    // an entry is a datagram: its bytes, a header in front that stands elsewhere (0: none), and the next of the flow
    private final long[] bytes = new long[ENTRIES];
    private final int[] lengths = new int[ENTRIES];
    private final int[] headers = new int[ENTRIES];
    private final int[] next = new int[ENTRIES];
    private int entries;

    // a flow is a socket, an address, and entries in order
    private final NativeDatagramSocket[] flowSockets = new NativeDatagramSocket[ENTRIES];
    /** Null for an answer to where a datagram came from, which is a flow of its own. */
    private final NativeDestination[] flowDestinations = new NativeDestination[ENTRIES];

    private final long[] names = new long[ENTRIES];
    private final int[] nameLengths = new int[ENTRIES];
    private final int[] firstEntries = new int[ENTRIES];
    private final int[] lastEntries = new int[ENTRIES];
    private final int[] nextFlows = new int[ENTRIES];
    private int flows;

    private final NativeDatagramSocket[] sockets = new NativeDatagramSocket[ENTRIES];
    private int socketCount;
    private long batch = 1;

    SendBatch(SocketCalls calls, Destinations destinations, EngineCounters counters, boolean segmentation)
            throws IOException {
        this.calls = calls;
        this.destinations = destinations;
        this.sender = new Sender(calls, counters, segmentation);
        this.copies = Memory.map(calls, COPIED_BYTES);
        this.copiesBuffer = copies.asBuffer();
    }

    /** @param header four bytes to be sent in front of the others, as a number; 0: none */
    void add(NativeDatagramSocket socket, NativeDestination to, long bytes, int length, int header) {
        if (entries == ENTRIES) {
            flush();
        }
        int flow = to.flow(batch);
        if (flow < 0 || flowSockets[flow] != socket) {
            flow = openFlow(socket, to, to.name(), to.nameLength());
            to.flow(batch, flow);
        }
        append(flow, bytes, length, header);
    }

    /** Copies the bytes. */
    void addCopy(NativeDatagramSocket socket, NativeDestination to, ByteBuffer data) {
        if (entries == ENTRIES) {
            flush(); // now, as it would give up the copy
        }
        int length = data.remaining();
        int at = reserve(length);
        copiesBuffer.put(at, data, data.position(), length);
        add(socket, to, copies.at(at), length, 0);
    }

    /** Copies the bytes, and the address, which is the one of a received datagram. */
    void addCopy(NativeDatagramSocket socket, Memory names, long nameOffset, ByteBuffer data) {
        if (entries == ENTRIES) {
            flush();
        }
        int length = data.remaining();
        int at = reserve(Sockaddr.ROOM + length);
        copies.copyFrom(names, nameOffset, at, Sockaddr.ROOM);
        copiesBuffer.put(at + Sockaddr.ROOM, data, data.position(), length);
        int nameLength = Sockaddr.length(Sockaddr.family(copies, at));
        append(openFlow(socket, null, copies.at(at), nameLength), copies.at(at + Sockaddr.ROOM), length, 0);
    }

    boolean isEmpty() {
        return entries == 0;
    }

    /** Sends all of it; whatever happens, the batch is empty then. */
    void flush() {
        try {
            for (int i = 0; i < socketCount; i++) {
                sender.send(sockets[i], this);
            }
        } finally {
            clear();
        }
    }

    private void clear() {
        for (int i = 0; i < socketCount; i++) {
            sockets[i].clearFlows();
            sockets[i] = null;
        }
        for (int i = 0; i < flows; i++) {
            flowSockets[i] = null;
            flowDestinations[i] = null;
        }
        entries = 0;
        flows = 0;
        socketCount = 0;
        copied = 0;
        batch++;
        destinations.flushed();
    }

    void free() {
        copies.free(calls);
        sender.free();
    }

    int firstEntry(int flow) {
        return firstEntries[flow];
    }

    /** The next datagram of the same flow, or {@link #NONE}. */
    int nextEntry(int entry) {
        return next[entry];
    }

    /** The next flow of the same socket, or {@link #NONE}. */
    int nextFlow(int flow) {
        return nextFlows[flow];
    }

    /** Where a flow leads to, or null if it has one datagram only. */
    NativeDestination destination(int flow) {
        return flowDestinations[flow];
    }

    long name(int flow) {
        return names[flow];
    }

    int nameLength(int flow) {
        return nameLengths[flow];
    }

    long bytes(int entry) {
        return bytes[entry];
    }

    int length(int entry) {
        return lengths[entry];
    }

    int header(int entry) {
        return headers[entry];
    }

    /** How long the datagram is on the wire. */
    int size(int entry) {
        return headers[entry] == 0 ? lengths[entry] : lengths[entry] + Integer.BYTES;
    }

    private int openFlow(NativeDatagramSocket socket, NativeDestination to, long name, int nameLength) {
        int flow = flows++;
        flowSockets[flow] = socket;
        flowDestinations[flow] = to;
        names[flow] = name;
        nameLengths[flow] = nameLength;
        firstEntries[flow] = NONE;
        nextFlows[flow] = NONE;
        int last = socket.lastFlow();
        if (last == NONE) {
            sockets[socketCount++] = socket;
        } else {
            nextFlows[last] = flow;
        }
        socket.addFlow(flow);
        return flow;
    }

    private void append(int flow, long at, int length, int header) {
        int entry = entries++;
        bytes[entry] = at;
        lengths[entry] = length;
        headers[entry] = header;
        next[entry] = NONE;
        if (firstEntries[flow] == NONE) {
            firstEntries[flow] = entry;
        } else {
            next[lastEntries[flow]] = entry;
        }
        lastEntries[flow] = entry;
    }

    private int reserve(int length) {
        int room = (length + ALIGNMENT - 1) & -ALIGNMENT;
        if (copied + room > COPIED_BYTES) {
            flush();
        }
        int at = copied;
        copied += room;
        return at;
    }
}
