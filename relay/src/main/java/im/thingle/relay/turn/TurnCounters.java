// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** What one loop has done. Counted on that loop only; to be read from any thread. Safe from any thread. */
final class TurnCounters {
    /** One of the counts. */
    enum Count {
        ALLOCATIONS,
        STREAMS,
        DTLS,
        DTLS_HANDSHAKES,
        PEER_CONNECTIONS,
        BYTES_TO_PEERS,
        PACKETS_TO_PEERS,
        BYTES_TO_CLIENTS,
        PACKETS_TO_CLIENTS,
        DROPPED,
        BINDINGS,
        EARLY_CHECKS,
        MALFORMED
    }

    private static final VarHandle COUNTS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int BYTES_TO_PEERS = Count.BYTES_TO_PEERS.ordinal();
    private static final int BYTES_TO_CLIENTS = Count.BYTES_TO_CLIENTS.ordinal();

    private final long[] counts = new long[Count.values().length];

    /** A recent value, from any thread. */
    long get(Count count) {
        return (long) COUNTS.getOpaque(counts, count.ordinal());
    }

    void add(Count count, long more) {
        add(count.ordinal(), more);
    }

    /** A packet relayed to a peer. */
    void toPeer(int bytes) {
        add(BYTES_TO_PEERS, bytes);
        add(BYTES_TO_PEERS + 1, 1);
    }

    /** A packet relayed to a client. */
    void toClient(int bytes) {
        add(BYTES_TO_CLIENTS, bytes);
        add(BYTES_TO_CLIENTS + 1, 1);
    }

    private void add(int index, long more) {
        COUNTS.setOpaque(counts, index, counts[index] + more);
    }
}
