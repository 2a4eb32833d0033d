// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.turn.RelayPorts;
import im.thingle.relay.turn.RelayPorts.Lease;
import im.thingle.stun.attribute.TransportAddress.Family;
import im.thingle.stun.auth.Entropy;
import java.io.IOException;
import java.net.BindException;

/**
 * Finds ports that can be bound: one may be taken by a process that is none of ours, and then it is the next one's
 * turn. Confined to its event loop.
 */
final class PortBinder<F> {
    private static final int TRIES = 32;

    /** What is done with a port, or with two. */
    interface Binding<L> {
        /** Whoever throws has closed what it had opened. */
        void bind(L lease) throws IOException;
    }

    private final RelayPorts ports;
    private final Entropy entropy;
    private final RelayKind<?, F> kind;

    PortBinder(RelayPorts ports, Entropy entropy, RelayKind<?, F> kind) {
        this.ports = ports;
        this.entropy = entropy;
        this.kind = kind;
    }

    /** Whether there is any port of this family. */
    boolean has(Family family) {
        return ports.has(family);
    }

    /** Null if a port is bound; else why not. */
    F one(Family family, Binding<Lease> binding) {
        return some(family, 1, leases -> binding.bind(leases[0]));
    }

    /** Null if an even port and the one above are bound; else why not. */
    F pair(Family family, Binding<Lease[]> binding) {
        return some(family, 2, binding);
    }

    private F some(Family family, int count, Binding<Lease[]> binding) {
        for (int i = 0; i < TRIES; i++) {
            Lease[] leases = take(family, count);
            if (leases == null) {
                return kind.portsExhausted();
            }
            try {
                binding.bind(leases);
                return null;
            } catch (RuntimeException | Error bug) {
                giveBack(leases);
                throw bug;
            } catch (IOException cannot) {
                giveBack(leases);
                if (!(cannot instanceof BindException)) {
                    return kind.outOfDescriptors();
                }
            }
        }
        return kind.portsExhausted();
    }

    private Lease[] take(Family family, int count) {
        if (count == 2) {
            return ports.takePair(family, entropy);
        }
        Lease lease = ports.take(family, false, entropy);
        return lease == null ? null : new Lease[] {lease};
    }

    private static void giveBack(Lease... leases) {
        for (Lease lease : leases) {
            lease.close();
        }
    }
}
