// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import im.thingle.stun.attribute.TransportAddress;
import java.util.ArrayList;
import java.util.List;

/** The TCP connections of one allocation, few as they are. Confined to its event loop. */
final class PeerConnectionTable {
    private final List<PeerConnection> all = new ArrayList<>(2);

    void add(PeerConnection connection) {
        all.add(connection);
    }

    void remove(PeerConnection connection) {
        all.remove(connection);
    }

    /** The connection with this peer; null: none. */
    PeerConnection find(TransportAddress peer) {
        for (PeerConnection connection : all) {
            if (connection.peer().equals(peer)) {
                return connection;
            }
        }
        return null;
    }

    int count() {
        return all.size();
    }

    /** To be walked through, not changed. */
    List<PeerConnection> all() {
        return all;
    }

    /** Those whose time is over. */
    List<PeerConnection> over(long nowNanos) {
        List<PeerConnection> over = new ArrayList<>(all);
        over.removeIf(connection -> !connection.isOver(nowNanos));
        return over;
    }

    /** When the first of them is over, or the limit if that is earlier. */
    long earliest(long limitNanos) {
        long earliest = limitNanos;
        for (PeerConnection connection : all) {
            if (connection.state() != PeerConnection.State.BOUND && connection.deadlineNanos() - earliest < 0) {
                earliest = connection.deadlineNanos();
            }
        }
        return earliest;
    }
}
