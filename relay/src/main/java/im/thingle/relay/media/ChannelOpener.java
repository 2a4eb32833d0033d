// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.turn.RelayPorts;
import im.thingle.relay.turn.RelayPorts.Lease;
import im.thingle.relay.udp.DatagramEngine;
import im.thingle.stun.attribute.TransportAddress.Family;
import im.thingle.stun.auth.Entropy;
import java.io.IOException;
import java.net.BindException;

/** Binds the ports of channels, each with the one above for RTCP (XEP-0278 §5.1). Confined to its event loop. */
final class ChannelOpener {
    /** A port may be taken by a process that is none of ours; then the next pair, so many times. */
    private static final int TRIES = 32;

    private final DatagramEngine engine;
    private final RelayPorts ports;
    private final Entropy entropy;

    ChannelOpener(DatagramEngine engine, RelayPorts ports, Entropy entropy) {
        this.engine = engine;
        this.ports = ports;
        this.entropy = entropy;
    }

    /** Null if all is bound; else nothing is. */
    ChannelRefusal open(RelayChannel channel) {
        ChannelRefusal refusal = bind(channel.local(), channel.localRtcp());
        if (refusal == null) {
            refusal = bind(channel.remote(), channel.remoteRtcp());
        }
        if (refusal != null) {
            channel.close();
        }
        return refusal;
    }

    /** The answer has one host for everybody, so IPv6 is for a relay that has nothing else. */
    private ChannelRefusal bind(ChannelSocket rtp, ChannelSocket rtcp) {
        Family family = ports.has(Family.IPV4) ? Family.IPV4 : Family.IPV6;
        for (int i = 0; i < TRIES; i++) {
            Lease[] pair = ports.takePair(family, entropy);
            if (pair == null) {
                return ChannelRefusal.PORTS_EXHAUSTED;
            }
            try {
                rtp.bind(engine, pair[0]);
                rtcp.bind(engine, pair[1]);
                return null;
            } catch (IOException cannot) {
                rtp.close();
                pair[0].close();
                pair[1].close();
                if (!(cannot instanceof BindException)) {
                    return ChannelRefusal.OUT_OF_DESCRIPTORS;
                }
            }
        }
        return ChannelRefusal.PORTS_EXHAUSTED;
    }
}
