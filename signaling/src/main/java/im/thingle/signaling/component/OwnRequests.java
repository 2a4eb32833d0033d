// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.Requests;
import im.thingle.signaling.xml.Element;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Sends what the services ask, and keeps whoever waits for an answer from breaking the link. Confined to its event loop.
 *
 * @param component sends what names no other sender
 * @param later runs a task after the present one
 */
record OwnRequests(String component, PendingIqs pending, IqOutput out, BooleanSupplier isUp, LongSupplier nanoTime,
        Consumer<Runnable> later) implements Requests {
    @Override
    public void ask(Iq.Type type, String to, Element payload, Duration timeout, Consumer<Iq> whenAnswered) {
        ask(type, component, to, payload, timeout, whenAnswered);
    }

    @Override
    public void ask(Iq.Type type, String from, String to, Element payload, Duration timeout, Consumer<Iq> whenAnswered) {
        if (!isUp.getAsBoolean()) {
            later.accept(() -> tell(whenAnswered, null));
            return;
        }
        long deadlineNanos = nanoTime.getAsLong() + timeout.toNanos();
        String id = pending.expect(from, to, deadlineNanos, answer -> tell(whenAnswered, answer));
        out.send(Iq.request(type, id, from, to, payload));
    }

    @Override
    public void send(Element stanza) {
        out.send(stanza);
    }

    private void tell(Consumer<Iq> whenAnswered, Iq answer) {
        try {
            whenAnswered.accept(answer);
        } catch (RuntimeException fault) {
            out.bug("answer", fault);
        }
    }
}
