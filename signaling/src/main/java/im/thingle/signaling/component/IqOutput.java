// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;

/** What an {@link IqRouter} and {@link OwnRequests} want done; never calls back into them. Confined to its event loop. */
interface IqOutput {
    void send(Element stanza);

    void answered(String what);

    void refused(String what, StanzaError condition, String from, String why);

    /** A message or presence was answered with an error. */
    void turnedAway(String what, Element stanza, StanzaError condition, String why);

    /** A handler threw; the sender has got {@code internal-server-error}. */
    void bug(String what, RuntimeException fault);
}
