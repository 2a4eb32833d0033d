// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.stun.attribute.TransportAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Where a party has turned up and not proven yet that it is there (RFC 8445 §7.3.1.4): it is asked, several times,
 * since what was asked or answered may be lost; whoever only claims to be there can have few packets sent to somebody
 * else. Confined to its event loop.
 */
final class TriggeredChecks {
    /** Asks somebody. */
    interface Asking {
        void ask(IceSocket from, TransportAddress whom);
    }

    private static final int MOST = 8;
    /** As often as RFC 8489 §6.2.1 sends a request. */
    private static final int TRIES = 7;
    private static final long PAUSE_NANOS = 250_000_000L;

    private static final class Claim {
        private final IceSocket at;
        private final TransportAddress remote;
        private boolean nominating;
        private int tries;
        private long askedNanos;

        Claim(IceSocket at, TransportAddress remote) {
            this.at = at;
            this.remote = remote;
        }

        boolean isDue(long nowNanos) {
            return tries == 0 || nowNanos - askedNanos >= PAUSE_NANOS;
        }
    }

    private final List<Claim> claims = new ArrayList<>();

    /**
     * A check has come from there.
     *
     * @param nominating whether that is where the party wants to be reached, and has a say in it (RFC 8445 §7.3.1.5)
     */
    void add(IceSocket at, TransportAddress remote, boolean nominating) {
        Claim claim = find(at, remote);
        if (claim == null && claims.size() < MOST) {
            claim = new Claim(at, remote);
            claims.add(claim);
        }
        if (claim != null) {
            claim.nominating |= nominating;
        }
    }

    /** Has those asked whose turn it is; who has been asked often enough is forgotten. */
    void ask(long nowNanos, Asking asking) {
        for (Iterator<Claim> all = claims.iterator(); all.hasNext();) {
            Claim claim = all.next();
            if (!claim.isDue(nowNanos)) {
                continue;
            }
            if (claim.tries++ == TRIES) {
                all.remove();
            } else {
                claim.askedNanos = nowNanos;
                asking.ask(claim.at, claim.remote);
            }
        }
    }

    /** It has been proven: whether the party wants to be reached there. */
    boolean take(IceSocket at, TransportAddress remote) {
        Claim claim = find(at, remote);
        claims.remove(claim);
        return claim != null && claim.nominating;
    }

    void clear() {
        claims.clear();
    }

    private Claim find(IceSocket at, TransportAddress remote) {
        for (Claim each : claims) {
            if (each.at == at && each.remote.equals(remote)) {
                return each;
            }
        }
        return null;
    }
}
