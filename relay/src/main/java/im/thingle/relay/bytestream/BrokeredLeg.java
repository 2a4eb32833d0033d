// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import im.thingle.relay.socks5.StreamKey;
import java.util.List;

/**
 * The place for one client's socket in a brokered bytestream. The client may come with any of several keys; whoever
 * brokers says which. Confined to its event loop, but for what does not change and for the hint {@link #isOccupied}.
 */
final class BrokeredLeg {
    private final List<StreamKey> keys;
    private final Shard shard;
    private volatile boolean occupied;
    private boolean released;
    private ParkedLeg parked;

    /** @param shard to which its first key belongs */
    BrokeredLeg(List<StreamKey> keys, Shard shard) {
        this.keys = List.copyOf(keys);
        this.shard = shard;
    }

    List<StreamKey> keys() {
        return keys;
    }

    /** Its name in logs and reports, and that of a stream of which it is the first leg. */
    StreamKey key() {
        return keys.getFirst();
    }

    Shard shard() {
        return shard;
    }

    /** Whether a socket has come and has not gone: it is parked, or a stream's. Elsewhere than on its loop a hint. */
    boolean isOccupied() {
        return occupied;
    }

    /** Nobody waits for it any more. */
    void release() {
        released = true;
    }

    boolean isReleased() {
        return released;
    }

    /** The socket that waits here; null if none does. */
    ParkedLeg parked() {
        return parked;
    }

    void park(ParkedLeg leg) {
        parked = leg;
        occupied = true;
    }

    /** The socket has become a stream's: no other may come. */
    ParkedLeg take() {
        ParkedLeg taken = parked;
        parked = null;
        return taken;
    }

    /** The socket has gone: another may come. */
    void vacate() {
        parked = null;
        occupied = false;
    }
}
