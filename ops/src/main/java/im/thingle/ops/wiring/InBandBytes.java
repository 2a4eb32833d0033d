// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import im.thingle.relay.account.Accounts;
import im.thingle.relay.account.Traffic;
import im.thingle.signaling.port.BrokerEvents;
import im.thingle.signaling.port.BrokeredSession;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Books brokered sessions whose bytes came and went in stanzas, and so past the data plane that books all others. Safe
 * from any thread.
 */
public final class InBandBytes implements BrokerEvents {
    private static final Set<String> PAST_THE_RELAY = Set.of("in-band", "echo");

    private final Accounts accounts;
    private final Set<String> past = ConcurrentHashMap.newKeySet();

    public InBandBytes(Accounts accounts) {
        this.accounts = accounts;
    }

    @Override
    public void started(BrokeredSession session, Runnable end) {}

    @Override
    public void carries(BrokeredSession session, String first, String second) {
        if (PAST_THE_RELAY.contains(first) && PAST_THE_RELAY.contains(second)) {
            past.add(session.id());
        } else {
            past.remove(session.id());
        }
    }

    @Override
    public void ended(BrokeredSession session, String reason, String by, long bytes) {
        if (past.remove(session.id())) {
            var slash = session.initiator().indexOf('/');
            var account = slash < 0 ? session.initiator() : session.initiator().substring(0, slash);
            accounts.book(account, Traffic.FILE, bytes, System.nanoTime());
        }
    }

    @Override
    public void bug(String where, Throwable fault) {}
}
