// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle;

import im.thingle.signaling.jingle.transport.LegAddress;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.Requests;
import im.thingle.signaling.xml.Element;
import java.time.Duration;
import java.util.function.Consumer;

/** The way to the clients. Confined to its event loop. */
@FunctionalInterface
public interface Wire {
    /** Sends a set to the client of a leg; {@code whenAnswered} gets its answer, or null if none came in time. */
    void ask(LegAddress leg, Element payload, Consumer<Iq> whenAnswered);

    /** The way through the component's own requests, with so much time for each answer. */
    static Wire over(Requests requests, Duration patience) {
        return (leg, payload, whenAnswered) ->
                requests.ask(Iq.Type.SET, leg.ours(), leg.theirs(), payload, patience, whenAnswered);
    }
}
