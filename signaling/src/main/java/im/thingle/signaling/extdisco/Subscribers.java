// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.extdisco;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Who is to be told of new credentials, and whose turn is next: a bounded number, each full JID once, and of an account
 * the last ones only. Confined to its event loop.
 */
final class Subscribers {
    static final int MOST = 50_000;
    static final int MOST_PER_ACCOUNT = 8;

    private final Map<String, List<Subscriber>> byAccount = new HashMap<>();
    private final NavigableSet<Subscriber> byDue =
            new TreeSet<>(Comparator.comparing(Subscriber::due).thenComparing(Subscriber::jid));
    private int size;

    /** Puts somebody into the queue, in place of what was known of that JID; a full table takes no new accounts. */
    void put(Subscriber subscriber) {
        List<Subscriber> own = byAccount.get(subscriber.account());
        if (own == null) {
            if (size >= MOST) {
                return;
            }
            own = new ArrayList<>(1);
            byAccount.put(subscriber.account(), own);
        }
        int known = indexOf(own, subscriber.jid());
        if (known >= 0) {
            removeAt(own, known);
        } else if (own.size() == MOST_PER_ACCOUNT || size >= MOST) {
            removeAt(own, 0);
        }
        own.add(subscriber);
        byDue.add(subscriber);
        size++;
    }

    /** Takes the next one whose time has come out of the queue; it stays known. Null: nobody's has. */
    Subscriber takeDue(Instant now) {
        return byDue.isEmpty() || byDue.first().due().isAfter(now) ? null : byDue.pollFirst();
    }

    /** Whether this very entry is known: it has not been replaced since. */
    boolean knows(Subscriber subscriber) {
        List<Subscriber> own = byAccount.get(subscriber.account());
        return own != null && own.stream().anyMatch(known -> known == subscriber);
    }

    void forget(Subscriber subscriber) {
        List<Subscriber> own = byAccount.get(subscriber.account());
        removeAt(own, indexOf(own, subscriber.jid()));
        if (own.isEmpty()) {
            byAccount.remove(subscriber.account());
        }
    }

    int size() {
        return size;
    }

    private void removeAt(List<Subscriber> own, int index) {
        byDue.remove(own.remove(index));
        size--;
    }

    private static int indexOf(List<Subscriber> own, String jid) {
        for (int i = 0; i < own.size(); i++) {
            if (own.get(i).jid().equals(jid)) {
                return i;
            }
        }
        return -1;
    }
}
