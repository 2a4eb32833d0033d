// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.udp.DatagramEngine;
import im.thingle.stun.attribute.TransportAddress.Family;

/**
 * Binds the ports of calls: one for each component of each leg, in each family there is. Confined to its event loop.
 */
record CallOpener(DatagramEngine engine, PortBinder<CallRefusal> ports) {
    /** Null if all is bound; else the caller is to close the call. */
    CallRefusal open(Call call) {
        for (IceLeg leg : call.legs()) {
            for (IceComponent component : leg.components()) {
                for (Family family : IceLeg.families()) {
                    CallRefusal refusal = ports.has(family) ? bind(component, family) : null;
                    if (refusal != null) {
                        return refusal;
                    }
                }
            }
        }
        return null;
    }

    private CallRefusal bind(IceComponent component, Family family) {
        return ports.one(family, lease -> component.sockets().add(new IceSocket(component, engine, lease)));
    }
}
