// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import org.ice4j.ice.Agent;
import org.ice4j.ice.IceProcessingState;

/**
 * An agent whose checks end when it does. What paces them in ice4j plans its next turn even if it is told to stop just
 * then; nobody has hold of it any more, and it would wake two threads fifty times a second, and keep the agent and the
 * call alive, for good. It asks how long to wait before each turn, and ends if that is less than nothing. Safe from any
 * thread.
 */
final class PacedAgent extends Agent {
    private static final long NEVER = -1;

    // COMPAT(ice4j, 3.2): PeriodicRunnable.cancel() forgets what would tell a turn that is under way of it
    @Override
    protected long calculateTa() {
        IceProcessingState state = getState();
        boolean over = state == IceProcessingState.TERMINATED || state == IceProcessingState.FAILED;
        return over ? NEVER : super.calculateTa();
    }
}
