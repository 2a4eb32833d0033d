// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import java.util.function.Consumer;
import org.ice4j.ice.Agent;
import org.ice4j.ice.CandidatePair;
import org.ice4j.ice.Component;
import org.ice4j.ice.IceMediaStream;
import org.ice4j.ice.IceProcessingState;
import org.ice4j.stack.TransactionID;

/**
 * An agent whose checks become rare when a pair has been chosen, and end when it does. What paces them in ice4j wakes two
 * threads fifty times a second for three seconds more, which costs more than all the checks; and it plans its next turn
 * even if it is told to stop just then: nobody has hold of it any more, and it would keep the agent and the call alive,
 * for good. It asks how long to wait before each turn, and ends if that is less than nothing.
 *
 * <p>It does not give up: whatever has failed, a candidate may still come (RFC 8838 §8, XEP-0176 §5.5), or a check from
 * where nobody has been known to be. The call has a deadline; until then it looks, rarely if nothing has come for long.
 * Safe from any thread.
 */
final class PacedAgent extends Agent {
    private static final long NEVER = -1;
    /** Who still sends checks from elsewhere (RFC 8445 §8.1.2) is checked in turn, the first if not at once. */
    private static final long RARELY_MILLIS = 250;
    /** Turns without a check to make, ten seconds of them: what comes after may wait for a moment. */
    private static final int MOST_IDLE = 500;
    /** The same once a pair has been chosen: a fifth of a second. */
    private static final int MOST_IDLE_COMPLETED = 10;

    private final Consumer<IceRole> roles;
    private int idle;

    /** @param roles told of every role it takes on, on whatever thread that is */
    PacedAgent(Consumer<IceRole> roles) {
        this.roles = roles;
    }

    @Override
    public void setControlling(boolean controlling) {
        super.setControlling(controlling);
        roles.accept(new IceRole(controlling, getTieBreaker()));
    }

    // COMPAT(ice4j, 3.2): PeriodicRunnable.cancel() forgets what would tell a turn that is under way of it
    @Override
    protected long calculateTa() {
        IceProcessingState state = getState();
        boolean over = state == IceProcessingState.TERMINATED || state == IceProcessingState.FAILED;
        if (over) {
            return NEVER;
        }
        idle = isActive() ? 0 : idle + 1;
        boolean rarely = idle > (state == IceProcessingState.COMPLETED ? MOST_IDLE_COMPLETED : MOST_IDLE);
        return rarely ? RARELY_MILLIS : super.calculateTa();
    }

    /** Whether there is a check to make (RFC 8445 §6.1.2.6). */
    private boolean isActive() {
        return getStreams().stream().anyMatch(stream -> stream.getCheckList().isActive());
    }

    // COMPAT(ice4j, 3.2): 5 s after all pairs have failed it takes no candidates any more, nor checks, trickling or not
    @Override
    protected void initCheckLists() {
        super.initCheckLists();
        for (IceMediaStream stream : getStreams()) {
            stream.getComponents().forEach(component -> stream.getCheckList().add(unfinished(component)));
        }
    }

    /** A check that is under way as long as nothing has been chosen: with one of them a list is never over. */
    private static CandidatePair unfinished(Component component) {
        CandidatePair pair = new CandidatePair(component.getLocalCandidates().getFirst(), IceAgent.nobody(component));
        pair.setStateInProgress(TransactionID.createNewTransactionID());
        return pair;
    }
}
