// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.attribute.TransportAddress.Family;
import im.thingle.stun.turn.PeerPolicy;

/**
 * Whose a port of a channel is. XEP-0278 tells nobody's address in advance, so the first who sends to a port and may be
 * a peer has it for the channel's life; everybody else is a stranger. Confined to its event loop.
 */
final class Latch {
    private final PeerPolicy peers;
    /** Null: nobody's yet. */
    private Family family;
    private long high;
    private long low;
    private int port;

    Latch(PeerPolicy peers) {
        this.peers = peers;
    }

    /** Whether this source is the one; the first that may be is from now on. */
    boolean admits(Family sourceFamily, long sourceHigh, long sourceLow, int sourcePort) {
        if (family != null) {
            return port == sourcePort && low == sourceLow && high == sourceHigh && family == sourceFamily;
        }
        if (peers.refusal(sourceFamily, sourceHigh, sourceLow, sourcePort) != null) {
            return false;
        }
        family = sourceFamily;
        high = sourceHigh;
        low = sourceLow;
        port = sourcePort;
        return true;
    }

    /** Null: nobody's yet. */
    TransportAddress source() {
        return family == null ? null : new TransportAddress(family, high, low, port);
    }
}
