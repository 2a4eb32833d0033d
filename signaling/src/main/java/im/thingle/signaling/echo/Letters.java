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
    void write(String to, String text) {
        send(to, Element.of("body", Iq.NAMESPACE).text(text).build());
    }

    /** Sends a message with one payload. */
    void send(String to, Element payload) {
        requests.send(Element.of("message", Iq.NAMESPACE)
                .attribute("type", "chat")
                .attribute("id", ids.get())
                .attribute("from", us)
                .attribute("to", to)
                .child(payload)
                .build());
    }
}
