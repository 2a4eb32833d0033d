// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.turn.RelayPorts;
import im.thingle.stun.turn.PeerPolicy;
import java.time.Duration;

/**
 * What the operator decides about relay channels. Of all this only the ports change. Safe from any thread.
 *
 * @param ports of at least one relayed address; others may take of them too
 * @param peers who may be on either side of a channel
 * @param channelsPerJid of one bare JID; 0: any number
 * @param channels in all; 0: any number
 * @param idleTimeout how long a channel may be without a packet
 * @param kbps kilobits per second of one channel, all its packets together; 0: no ceiling
 * @param coalescing the most that a datagram may wait for company when there is much traffic; zero: not at all
 */
public record ChannelSettings(
        RelayPorts ports,
        PeerPolicy peers,
        int channelsPerJid,
        int channels,
        Duration idleTimeout,
        int kbps,
        Duration coalescing) {
    private static final long BYTES_PER_KILOBIT = 125;

    long bytesPerSecond() {
        return kbps * BYTES_PER_KILOBIT;
    }
}
