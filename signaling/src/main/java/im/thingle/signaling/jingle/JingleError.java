// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle;

import im.thingle.signaling.stanza.Reply;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;
import java.util.Locale;

/** The errors of Jingle's own (XEP-0166 §10), each with the stanza error it comes with. Immutable. */
public enum JingleError {
    OUT_OF_ORDER(StanzaError.UNEXPECTED_REQUEST, "This action does not fit the state of the session."),
    TIE_BREAK(StanzaError.CONFLICT, "The same action of the other party has overruled this one."),
    UNKNOWN_SESSION(StanzaError.ITEM_NOT_FOUND, "There is no such session."),
    UNSUPPORTED_INFO(StanzaError.FEATURE_NOT_IMPLEMENTED, "This information is not understood here.");

    public static final String NAMESPACE = "urn:xmpp:jingle:errors:1";

    private final StanzaError condition;
    private final String why;
    private final Element element;

    JingleError(StanzaError condition, String why) {
        this.condition = condition;
        this.why = why;
        element = Element.of(name().toLowerCase(Locale.ROOT).replace('_', '-'), NAMESPACE).build();
    }

    public void answer(Reply reply) {
        reply.error(condition, element, why);
    }

    /** The condition of Jingle's own that an error answer names; null if none. */
    static Element in(Element error) {
        for (JingleError each : values()) {
            if (each.isIn(error)) {
                return each.element;
            }
        }
        return null;
    }

    /** Whether an error answer names this condition. */
    public boolean isIn(Element error) {
        return error != null && error.child(element.name(), NAMESPACE) != null;
    }
}
