// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import org.ice4j.ice.Agent;
import org.ice4j.ice.IceProcessingState;

/**
 * An agent whose checks become rare when a pair has been chosen, and end when it does. What paces them in ice4j wakes two
 * threads fifty times a second for three seconds more, which costs more than all the checks; and it plans its next turn
 * even if it is told to stop just then: nobody has hold of it any more, and it would keep the agent and the call alive,
 * for good. It asks how long to wait before each turn, and ends if that is less than nothing. Safe from any thread.
 */
final class PacedAgent extends Agent {
    private static final long NEVER = -1;
    /** Who still sends checks from elsewhere (RFC 8445 §8.1.2) is checked in turn, if not at once. */
    private static final long RARELY_MILLIS = 250;

    // COMPAT(ice4j, 3.2): PeriodicRunnable.cancel() forgets what would tell a turn that is under way of it
    @Override
    protected long calculateTa() {
        IceProcessingState state = getState();
        boolean over = state == IceProcessingState.TERMINATED || state == IceProcessingState.FAILED;
        if (over) {
            return NEVER;
        }
        return state == IceProcessingState.COMPLETED ? RARELY_MILLIS : super.calculateTa();
    }
}
