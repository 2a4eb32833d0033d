// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import im.thingle.relay.net.StreamSocket;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The sockets of one event loop that are on their way out. Confined to its event loop. */
final class LingeringLegs {
    private static final long LINGER_NANOS = 2_000_000_000L;

    private final LoopContext context;
    private final Set<LingeringLeg> lingering = new HashSet<>();

    LingeringLegs(LoopContext context) {
        this.context = context;
    }

    /** Sends a last answer and closes without losing it. */
    void turnAway(StreamSocket socket, byte[] reply) {
        try {
            HandshakingLeg.send(socket, context.scratch(), reply);
            linger(socket);
        } catch (IOException gone) {
            socket.close();
        }
    }

    /** Closes without losing what was written. */
    void linger(StreamSocket socket) {
        LingeringLeg leg =
                new LingeringLeg(socket, context.scratch(), context.now() + LINGER_NANOS, lingering::remove);
        lingering.add(leg);
        leg.start();
    }

    void sweep(long now) {
        for (LingeringLeg leg : List.copyOf(lingering)) {
            if (leg.isDue(now)) {
                leg.close();
            }
        }
    }

    void close() {
        List.copyOf(lingering).forEach(LingeringLeg::close);
    }
}
