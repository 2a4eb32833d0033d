// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.echo;

import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.Requests;
import im.thingle.signaling.xml.Element;
import java.util.function.Supplier;

/**
 * Writes to people.
 *
 * @param us our full JID
 * @param ids makes the ids of messages
 */
record Letters(String us, Requests requests, Supplier<String> ids) {
    private static final Element STORE = Element.of("store", "urn:xmpp:hints").build();

    void write(String to, String text) {
        requests.send(message(to).child(Element.of("body", Iq.NAMESPACE).text(text).build()).build());
    }

    /** Says what becomes of a proposal (XEP-0353 §3); servers keep it, though there is no text (XEP-0334, store). */
    void negotiate(String to, Element step) {
        requests.send(message(to).child(step).child(STORE).build());
    }

    private Element.Builder message(String to) {
        return Element.of("message", Iq.NAMESPACE)
                .attribute("type", "chat")
                .attribute("id", ids.get())
                .attribute("from", us)
                .attribute("to", to);
    }
}
