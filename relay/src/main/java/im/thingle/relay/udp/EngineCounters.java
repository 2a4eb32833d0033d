// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What an engine has done, in datagrams unless said otherwise. Counted on the engine's loop only; to be read from any
 * thread. Safe from any thread.
 */
public final class EngineCounters {
    /** One of the counts. */
    public enum Count {
        RECEIVED,
        SENT,
        /** Longer than a slot, dropped. */
        TRUNCATED,
        /** The kernel's send buffer stayed full, dropped. */
        SEND_BUFFER_FULL,
        /** Refused by the kernel for another reason, dropped. */
        SEND_ERRORS,
        /** Reads that failed, in system calls. */
        RECEIVE_ERRORS,
        /** Left as a segment of a longer message. */
        SEGMENTS_SENT,
        /** Came as a segment of a longer message. */
        SEGMENTS_RECEIVED,
        /** System calls to receive. */
        RECEIVE_CALLS,
        /** System calls to send. */
        SEND_CALLS,
        /** Turns of the loop that moved datagrams. */
        TURNS,
        /** Turns that were put off for others to arrive. */
        HOLDS
    }

    private static final VarHandle COUNTS = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] counts = new long[Count.values().length];

    /** A recent value, from any thread. */
    public long get(Count count) {
        return (long) COUNTS.getOpaque(counts, count.ordinal());
    }

    /** Datagrams that were given to the engine and have not left. */
    public long dropped() {
        return get(Count.SEND_BUFFER_FULL) + get(Count.SEND_ERRORS);
    }

    void add(Count count, long more) {
        int index = count.ordinal();
        COUNTS.setOpaque(counts, index, counts[index] + more);
    }
}
