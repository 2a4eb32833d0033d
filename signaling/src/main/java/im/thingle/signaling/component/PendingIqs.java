// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import im.thingle.signaling.stanza.Iq;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The requests we sent that await an answer, each with a deadline (RFC 6120 §8.1.3, §8.2.3). Confined to its event loop. */
final class PendingIqs {
    private record Pending(String from, long deadlineNanos, Runnable onTimeout) {}

    private final Map<String, Pending> byId = new HashMap<>();
    private long lastId;

    /**
     * Returns the id for a new request.
     *
     * @param from the only address whose answer counts
     * @param onTimeout runs if no answer has come by the deadline
     */
    String expect(String from, long deadlineNanos, Runnable onTimeout) {
        String id = "thingle-" + ++lastId;
        byId.put(id, new Pending(from, deadlineNanos, onTimeout));
        return id;
    }

    /** Takes a result or an error; false if nobody waits for it. */
    boolean onAnswer(Iq answer) {
        Pending pending = byId.get(answer.id());
        return pending != null && pending.from().equals(answer.from()) && byId.remove(answer.id()) != null;
    }

    void onDeadline(long nowNanos) {
        List<Runnable> late = new ArrayList<>();
        byId.values().removeIf(pending -> {
            boolean isLate = nowNanos - pending.deadlineNanos() >= 0;
            return isLate && late.add(pending.onTimeout());
        });
        late.forEach(Runnable::run);
    }

    /** Forgets everything: the link is gone. */
    void clear() {
        byId.clear();
    }

    int size() {
        return byId.size();
    }
}
