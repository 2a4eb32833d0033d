// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling;

import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.Requests;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.stanza.Stanzas;
import im.thingle.signaling.xml.Element;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Remembers the requests a service sends; the test answers them. */
public final class RecordedRequests implements Requests {
    /** One request that awaits its answer. */
    public record Asked(Iq.Type type, String from, String to, Element payload, Duration timeout, Consumer<Iq> whenAnswered) {
        public void answerResult() {
            whenAnswered.accept(new Iq(Iq.Type.RESULT, "r", to, null, null, Iq.NAMESPACE));
        }

        public void answerError() {
            whenAnswered.accept(new Iq(Iq.Type.ERROR, "r", to, null, null, Iq.NAMESPACE));
        }

        /** No answer came in time, or the link was lost. */
        public void answerNothing() {
            whenAnswered.accept(null);
        }
    }

    public final List<Asked> asked = new ArrayList<>();

    /** The messages and presences sent. */
    public final List<Element> sent = new ArrayList<>();

    @Override
    public void ask(Iq.Type type, String to, Element payload, Duration timeout, Consumer<Iq> whenAnswered) {
        ask(type, null, to, payload, timeout, whenAnswered);
    }

    /** {@code from} is null for the component itself. */
    @Override
    public void ask(Iq.Type type, String from, String to, Element payload, Duration timeout, Consumer<Iq> whenAnswered) {
        asked.add(new Asked(type, from, to, payload, timeout, whenAnswered));
    }

    @Override
    public void send(Element stanza) {
        sent.add(stanza);
    }

    @Override
    public void refuse(String what, Element stanza, StanzaError condition, String why) {
        sent.add(Stanzas.bounce(stanza, condition, why));
    }

    /** Takes the oldest request. */
    public Asked take() {
        return asked.removeFirst();
    }
}
