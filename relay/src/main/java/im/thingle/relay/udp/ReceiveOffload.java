// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

/**
 * Whether a socket takes runs of equal datagrams from the kernel as one (UDP_GRO). It is worth it only for flows that
 * come in bursts, and costs all others a little, so it is switched on where such bursts are seen and off where it
 * brings nothing; each failure doubles the time to the next try.
 *
 * <p>Once it is off the kernel no longer tells of the segments of a run that it has put together before, so it is
 * switched off only while nothing waits. Confined to its event loop.
 */
final class ReceiveOffload {
    /** So many datagrams in a row that came alone. */
    static final int PATIENCE = 512;

    private static final int UDP_GRO = 104;
    private static final int LEAST_BATCH = 8;
    /** So many batches of mostly equal neighbours in a row. */
    private static final int EVIDENCE = 4;
    private static final int MOST_WAIT = 1 << 20;

    private final SocketCalls calls;
    private final int socket;
    private boolean on;
    private int seen;
    private int wait = PATIENCE;
    private int waiting;

    ReceiveOffload(SocketCalls calls, int socket, boolean allowed) {
        this.calls = calls;
        this.socket = socket;
        this.waiting = allowed ? 0 : Integer.MAX_VALUE;
    }

    /** Looks at what one call has received: {@code count} messages with {@code datagrams} datagrams in them. */
    void onBatch(MessageArray array, int first, int count, int datagrams) {
        if (on) {
            onResult(count, datagrams);
        } else if (waiting == Integer.MAX_VALUE) {
            return;
        } else if (waiting > 0) {
            waiting -= count;
        } else if (count >= LEAST_BATCH) {
            seen = 2 * neighbours(array, first, count) >= count ? seen + 1 : 0;
            if (seen == EVIDENCE) {
                seen = 0;
                on = calls.option(socket, MessageArray.SOL_UDP, UDP_GRO, 1) == 0;
                waiting = on ? 0 : Integer.MAX_VALUE;
            }
        }
    }

    boolean isOn() {
        return on;
    }

    private void onResult(int count, int datagrams) {
        if (datagrams > count) {
            seen = 0;
            wait = PATIENCE;
            return;
        }
        seen += count;
        if (seen >= PATIENCE && switchedOff()) {
            seen = 0;
            wait = Math.min(MOST_WAIT, wait * 2);
            waiting = wait;
            on = false;
        }
    }

    /**
     * From now on runs are taken apart on arrival. What came before that and still waits may be a run, so looking comes
     * after; whoever reads finds out about it only with the option on.
     */
    private boolean switchedOff() {
        calls.option(socket, MessageArray.SOL_UDP, UDP_GRO, 0);
        if (calls.isEmpty(socket)) {
            return true;
        }
        calls.option(socket, MessageArray.SOL_UDP, UDP_GRO, 1);
        seen = PATIENCE / 2; // another time
        return false;
    }

    /** How many are as long as the one before them, and from the same port. */
    private static int neighbours(MessageArray array, int first, int count) {
        int equal = 0;
        for (int slot = first + 1; slot < first + count; slot++) {
            boolean same = array.moved(slot) == array.moved(slot - 1)
                    && array.memory().getLong(array.nameOffset(slot))
                            == array.memory().getLong(array.nameOffset(slot - 1));
            equal += same ? 1 : 0;
        }
        return equal;
    }
}
