// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.echo;

import java.util.LinkedHashSet;

/**
 * The proposals that were told to proceed (XEP-0353 §3.4), each until its session is over. Those of sessions that never
 * come are forgotten, the eldest first. Confined to its event loop.
 */
final class Proposals {
    static final int MOST = 1_000;

    /** Clients have ids of 36 characters. */
    private static final int LONGEST_ID = 256;

    /** Its id is to be that of the session. Immutable. */
    private record Proposal(String account, String id) {}

    private final LinkedHashSet<Proposal> welcome = new LinkedHashSet<>();

    void welcome(String account, String id) {
        if (id.length() <= LONGEST_ID && welcome.add(new Proposal(account, id)) && welcome.size() > MOST) {
            welcome.removeFirst();
        }
    }

    /** A session is over: whether it had been proposed, which is told once. */
    boolean finish(String account, String sid) {
        return welcome.remove(new Proposal(account, sid));
    }
}
