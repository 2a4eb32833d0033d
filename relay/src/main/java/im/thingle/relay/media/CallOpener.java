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

/**
 * Binds the ports of calls: one for each component of each leg, in each family there is. Confined to its event loop.
 */
final class CallOpener {
    /** A port may be taken by a process that is none of ours; then the next, so many times. */
    private static final int TRIES = 32;

    private final DatagramEngine engine;
    private final RelayPorts ports;
    private final Entropy entropy;

    CallOpener(DatagramEngine engine, RelayPorts ports, Entropy entropy) {
        this.engine = engine;
        this.ports = ports;
        this.entropy = entropy;
    }

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
        for (int i = 0; i < TRIES; i++) {
            Lease lease = ports.take(family, false, entropy);
            if (lease == null) {
                return CallRefusal.PORTS_EXHAUSTED;
            }
            try {
                component.sockets().add(new IceSocket(component, engine, lease));
                return null;
            } catch (RuntimeException | Error bug) {
                lease.close();
                throw bug;
            } catch (IOException cannot) {
                lease.close();
                if (!(cannot instanceof BindException)) {
                    return CallRefusal.OUT_OF_DESCRIPTORS;
                }
            }
        }
        return CallRefusal.PORTS_EXHAUSTED;
    }
}
