// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.Requests;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.stanza.Stanzas;
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
record OwnRequests(String component, PendingIqs pending, IqOutput out, FaultGuard faults, BooleanSupplier isUp,
        LongSupplier nanoTime, Consumer<Runnable> later) implements Requests {
    @Override
    public void ask(Iq.Type type, String to, Element payload, Duration timeout, Consumer<Iq> whenAnswered) {
        ask(type, component, to, payload, timeout, whenAnswered);
    }

    @Override
    public void ask(Iq.Type type, String from, String to, Element payload, Duration timeout, Consumer<Iq> whenAnswered) {
        Consumer<Iq> guarded = faults.guarded(whenAnswered);
        if (!isUp.getAsBoolean()) {
            later.accept(() -> guarded.accept(null));
            return;
        }
        long deadlineNanos = nanoTime.getAsLong() + timeout.toNanos();
        String id = pending.expect(from, to, deadlineNanos, guarded);
        out.send(Iq.request(type, id, from, to, payload));
    }

    @Override
    public void send(Element stanza) {
        out.send(stanza);
    }

    @Override
    public void refuse(String what, Element stanza, StanzaError condition, String why) {
        out.send(Stanzas.bounce(stanza, condition, why));
        out.turnedAway(what, stanza, condition, why);
    }

    @Override
    public void within(Runnable work, Runnable undo) {
        faults.within(work, undo);
    }
}
