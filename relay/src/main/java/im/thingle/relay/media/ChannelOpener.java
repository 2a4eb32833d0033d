// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.udp.DatagramEngine;
import im.thingle.stun.attribute.TransportAddress.Family;
import java.io.IOException;

/** Binds the ports of channels, each with the one above for RTCP (XEP-0278 §5.1). Confined to its event loop. */
record ChannelOpener(DatagramEngine engine, PortBinder<ChannelRefusal> ports) {
    /** Null if all is bound; else the caller is to close the channel. */
    ChannelRefusal open(RelayChannel channel) {
        ChannelRefusal refusal = bind(channel.local(), channel.localRtcp());
        return refusal == null ? bind(channel.remote(), channel.remoteRtcp()) : refusal;
    }

    /** The answer has one host for everybody, so IPv6 is for a relay that has nothing else. */
    private ChannelRefusal bind(ChannelSocket rtp, ChannelSocket rtcp) {
        Family family = ports.has(Family.IPV4) ? Family.IPV4 : Family.IPV6;
        return ports.pair(family, pair -> {
            rtp.bind(engine, pair[0]);
            try {
                rtcp.bind(engine, pair[1]);
            } catch (IOException cannot) {
                rtp.close();
                throw cannot;
            }
        });
    }
}
