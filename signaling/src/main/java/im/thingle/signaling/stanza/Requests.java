// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.stanza;

import im.thingle.signaling.xml.Element;
import java.time.Duration;
import java.util.function.Consumer;

/** Sends requests of the component's own (RFC 6120 §8.2.3), and knows whom a fault in what comes of them concerns. Confined to its event loop. */
public interface Requests extends FaultScope {
    /**
     * Sends a get or set from the component.
     *
     * @param whenAnswered gets the result or error; null if none came in time, or the link is down or was lost meanwhile;
     *     called exactly once, after this method has returned
     */
    void ask(Iq.Type type, String to, Element payload, Duration timeout, Consumer<Iq> whenAnswered);

    /**
     * Sends a get or set from an address of ours, such as an account's; only an answer to that address counts.
     *
     * @param whenAnswered as for the other {@code ask}
     */
    void ask(Iq.Type type, String from, String to, Element payload, Duration timeout, Consumer<Iq> whenAnswered);

    /** Sends a message or presence; it is lost while the link is down. */
    void send(Element stanza);

    /**
     * Answers a message or presence with an error (RFC 6120 §8.3.1), which is logged and counted.
     *
     * @param what a short fixed word for who refuses it
     */
    void refuse(String what, Element stanza, StanzaError condition, String why);

    @Override
    default void within(Runnable work, Runnable undo) {
        NARROW.within(work, undo);
    }
}
