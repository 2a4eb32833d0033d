// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What operators and users can ask of the running service (ad-hoc commands, XEP-0050). Every account is a prepared bare
 * JID; every callback is called exactly once, from any thread, possibly before the method returns. Implementations are
 * safe from any thread and never block.
 */
public interface OperationsPort {
    boolean isOperator(String account);

    /** All active sessions, oldest first. */
    void sessions(Consumer<List<SessionView>> whenKnown);

    /** The active and the lately ended sessions of one account, newest first. */
    void sessionsOf(String account, Consumer<List<SessionView>> whenKnown);

    /**
     * Ends an active session by {@link SessionView#id}; false: there is no such active session.
     *
     * @param by account of the operator, for the log
     */
    void end(String id, String by, Consumer<Boolean> whenDone);

    /** Ends all active sessions of an account and tells how many those were; {@code by} as for {@link #end}. */
    void endAllOf(String account, String by, Consumer<Integer> whenDone);

    UsageView usage(String account);

    /** Time-limited credentials for calls; empty if calls are off or there is no shared secret to make them with. */
    Optional<CallCredential> issue(String account);

    /** The services the credentials are for, best first. */
    List<CallService> services();

    /**
     * Begins to drain at once, as after SIGTERM: no new sessions, an end of the process when the active ones are done.
     *
     * @param by account of the operator, for the log
     */
    void drain(String by);
}
