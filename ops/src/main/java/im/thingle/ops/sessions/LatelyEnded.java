// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.sessions;

import im.thingle.signaling.port.SessionView;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * The sessions that ended lately, so that their owners can see why. Each account has room for some, so that nobody can
 * push out what others want to know; a day later they are forgotten. Safe from any thread.
 */
public final class LatelyEnded {
    static final Duration KEPT = Duration.ofDays(1);
    static final int MOST_OF_AN_ACCOUNT = 50;
    static final int MOST = 20_000;

    /** One of many that may be equal. */
    private static final class Entry {
        private final SessionView session;
        private final Instant until;

        private Entry(SessionView session, Instant until) {
            this.session = session;
            this.until = until;
        }
    }

    private final InstantSource clock;
    // once per session, never per packet: a lock is good enough
    private final LinkedHashSet<Entry> all = new LinkedHashSet<>();
    private final Map<String, Deque<Entry>> accounts = new HashMap<>();

    public LatelyEnded(InstantSource clock) {
        this.clock = clock;
    }

    /** Remembers a session for the account that it names. */
    public synchronized void add(SessionView ended) {
        var now = clock.instant();
        forgetOld(now);
        var entry = new Entry(ended, now.plus(KEPT));
        var own = accounts.computeIfAbsent(ended.account(), account -> new ArrayDeque<>());
        own.addLast(entry);
        all.add(entry);
        if (own.size() > MOST_OF_AN_ACCOUNT) {
            all.remove(own.removeFirst());
        }
        if (all.size() > MOST) {
            forgetOldest();
        }
    }

    /** Those of an account, newest first. */
    public synchronized List<SessionView> of(String account) {
        forgetOld(clock.instant());
        var own = new ArrayList<SessionView>();
        accounts.getOrDefault(account, new ArrayDeque<>())
                .descendingIterator()
                .forEachRemaining(entry -> own.add(entry.session));
        return own;
    }

    /** How many sessions and accounts are remembered, for tests of leaks. */
    synchronized int remembered() {
        return all.size() + accounts.size();
    }

    private void forgetOld(Instant now) {
        while (!all.isEmpty() && !all.getFirst().until.isAfter(now)) {
            forgetOldest();
        }
    }

    /** The oldest of all is the oldest of its account. */
    private void forgetOldest() {
        var oldest = all.removeFirst();
        var own = accounts.get(oldest.session.account());
        own.removeFirst();
        if (own.isEmpty()) {
            accounts.remove(oldest.session.account());
        }
    }
}
