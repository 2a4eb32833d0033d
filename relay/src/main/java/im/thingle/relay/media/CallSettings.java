// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.turn.RelayPorts;
import im.thingle.relay.turn.ServerCertificate;
import im.thingle.stun.turn.PeerPolicy;
import java.time.Duration;

/**
 * What the operator decides about brokered calls. Of all this only the ports change. Safe from any thread.
 *
 * @param ports of at least one relayed address; others may take of them too
 * @param peers who may be a party: nobody else is sent anything, nor heard
 * @param callsPerJid of one bare JID; 0: any number
 * @param calls in all; 0: any number
 * @param setupTimeout how long it may take to reach both parties, from when both have agreed
 * @param certificate what calls that end here are secured with; null: there are none
 * @param coalescing the most that a datagram may wait for company when there is much traffic; zero: not at all
 */
public record CallSettings(
        RelayPorts ports, PeerPolicy peers, int callsPerJid, int calls, Duration setupTimeout,
        ServerCertificate certificate, Duration coalescing) {
    /** Without calls that end here. */
    public CallSettings(RelayPorts ports, PeerPolicy peers, int callsPerJid, int calls, Duration setupTimeout,
            Duration coalescing) {
        this(ports, peers, callsPerJid, calls, setupTimeout, null, coalescing);
    }
}
