// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.Jids;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The requests we sent that await an answer, each with a deadline (RFC 6120 §8.1.3, §8.2.3). Confined to its event
 * loop.
 */
final class PendingIqs {
    private record Pending(String from, String to, long deadlineNanos, Consumer<Iq> whenAnswered) {}

    private final Map<String, Pending> byId = new HashMap<>();
    private long lastId;

    /**
     * Returns the id for a new request.
     *
     * @param from who asks: only an answer to that address counts, in whatever spelling
     * @param to who is asked: only that address's answer counts, in whatever spelling
     * @param whenAnswered gets the answer, or null if none has come by the deadline or the link is lost; exactly once
     */
    String expect(String from, String to, long deadlineNanos, Consumer<Iq> whenAnswered) {
        String id = "thingle-" + ++lastId;
        byId.put(id, new Pending(prepared(from), prepared(to), deadlineNanos, whenAnswered));
        return id;
    }

    /** Takes a result or an error; false if nobody waits for it. */
    boolean onAnswer(Iq answer) {
        Pending pending = byId.get(answer.id());
        if (pending == null || !pending.to().equals(prepared(answer.from()))
                || !pending.from().equals(prepared(answer.to()))) {
            return false;
        }
        byId.remove(answer.id());
        pending.whenAnswered().accept(answer);
        return true;
    }

    void onDeadline(long nowNanos) {
        List<Pending> late = new ArrayList<>();
        byId.values().removeIf(pending -> nowNanos - pending.deadlineNanos() >= 0 && late.add(pending));
        late.forEach(pending -> pending.whenAnswered().accept(null));
    }

    /** No answer will come any more: the link is gone. */
    void onLinkLost() {
        List<Pending> lost = List.copyOf(byId.values());
        byId.clear();
        lost.forEach(pending -> pending.whenAnswered().accept(null));
    }

    int size() {
        return byId.size();
    }

    private static String prepared(String jid) {
        return Jids.parse(jid).map(Object::toString).orElse(jid);
    }
}
