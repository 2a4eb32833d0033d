// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.sessions;

import im.thingle.signaling.port.SessionView;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;

/**
 * The sessions that ended lately, so that their parties can see why; a day later they are forgotten. Each account has
 * room for some. Whoever asks for a session chooses its other party, who is told of it too: what others made is
 * forgotten before what an account had itself, and nobody can make much: nobody can push out what others want to know.
 * Safe from any thread.
 */
public final class LatelyEnded {
    static final Duration KEPT = Duration.ofDays(1);
    static final int MOST_OF_AN_ACCOUNT = 50;
    /** Of one account's room, what one other may fill. */
    static final int MOST_BY_ANOTHER = 10;
    static final int MOST = 20_000;

    /**
     * One of many that may be equal.
     *
     * <p>{@code by} is the account that asked for it.
     */
    private static final class Entry {
        private final SessionView session;
        private final String by;
        private final Instant until;

        private Entry(SessionView session, String by, Instant until) {
            this.session = session;
            this.by = by;
            this.until = until;
        }

        private boolean isOwn() {
            return session.account().equals(by);
        }
    }

    private final InstantSource clock;
    // once per session, never per packet: a lock is good enough; all sets are in the order of time
    private final SequencedSet<Entry> own = new LinkedHashSet<>();
    private final SequencedSet<Entry> made = new LinkedHashSet<>();
    private final Map<String, SequencedSet<Entry>> accounts = new HashMap<>();
    private final Map<String, SequencedSet<Entry>> makers = new HashMap<>();

    public LatelyEnded(InstantSource clock) {
        this.clock = clock;
    }

    /** Remembers a session for the account that it names, which asked for it. */
    public void add(SessionView ended) {
        add(List.of(ended));
    }

    /** @param views of one session as each of its parties sees it, the one that asked for it first */
    public synchronized void add(List<SessionView> views) {
        var now = clock.instant();
        forgetOld(now);
        for (var view : views) {
            add(new Entry(view, views.getFirst().account(), now.plus(KEPT)));
        }
    }

    /** Those of an account, newest first. */
    public synchronized List<SessionView> of(String account) {
        forgetOld(clock.instant());
        var its = new ArrayList<SessionView>();
        accounts.getOrDefault(account, new LinkedHashSet<>()).reversed().forEach(entry -> its.add(entry.session));
        return its;
    }

    /** How many sessions and accounts are remembered, for tests of leaks. */
    synchronized int remembered() {
        return own.size() + made.size() + accounts.size() + makers.size();
    }

    private void add(Entry entry) {
        var its = accounts.computeIfAbsent(entry.session.account(), account -> new LinkedHashSet<>());
        its.add(entry);
        if (entry.isOwn()) {
            own.add(entry);
        } else {
            made.add(entry);
            var others = makers.computeIfAbsent(entry.by, maker -> new LinkedHashSet<>());
            others.add(entry);
            keepFew(its, others, entry.by);
        }
        if (its.size() > MOST_OF_AN_ACCOUNT) {
            forget(its.stream().filter(each -> !each.isOwn()).findFirst().orElseGet(its::getFirst));
        }
        if (own.size() + made.size() > MOST) {
            forget(made.isEmpty() ? own.getFirst() : made.getFirst());
        }
    }

    /** Of what one has made for others: little for each of them, and not much in all. */
    private void keepFew(SequencedSet<Entry> its, SequencedSet<Entry> others, String by) {
        var hers = its.stream().filter(each -> each.by.equals(by)).toList();
        if (hers.size() > MOST_BY_ANOTHER) {
            forget(hers.getFirst());
        } else if (others.size() > MOST_OF_AN_ACCOUNT) {
            forget(others.getFirst());
        }
    }

    private void forgetOld(Instant now) {
        forgetOld(own, now);
        forgetOld(made, now);
    }

    private void forgetOld(SequencedSet<Entry> some, Instant now) {
        while (!some.isEmpty() && !some.getFirst().until.isAfter(now)) {
            forget(some.getFirst());
        }
    }

    private void forget(Entry entry) {
        own.remove(entry);
        made.remove(entry);
        remove(accounts, entry.session.account(), entry);
        remove(makers, entry.by, entry);
    }

    private static void remove(Map<String, SequencedSet<Entry>> from, String name, Entry entry) {
        from.computeIfPresent(name, (key, some) -> {
            some.remove(entry);
            return some.isEmpty() ? null : some;
        });
    }
}
