// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.relay.account.Network;
import im.thingle.relay.account.Scope;
import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicInteger;

/** How many streams there may be, altogether and of one client network. Safe from any thread. */
final class StreamPlaces {
    private final int limit;
    private final Scope networks;
    private final AtomicInteger taken = new AtomicInteger();

    StreamPlaces(StreamLimits limits) {
        limit = limits.connections();
        networks = new Scope(limits.connectionsPerAddress());
    }

    /** What one stream occupies. Confined to its event loop. */
    final class Place implements AutoCloseable {
        private Network network;
        private boolean closed;

        private Place() {}

        /** Takes it for this client, once it is known; false if the client has too many. */
        boolean assign(InetAddress client, long nowNanos) {
            Network asking = Network.of(client);
            if (!networks.take(asking, nowNanos)) {
                return false;
            }
            network = asking;
            return true;
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                taken.decrementAndGet();
                if (network != null) {
                    networks.giveBack(network);
                }
            }
        }
    }

    /** A place, or null if all are taken. */
    Place take() {
        if (taken.incrementAndGet() > limit && limit > 0) {
            taken.decrementAndGet();
            return null;
        }
        return new Place();
    }
}
