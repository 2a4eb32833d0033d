// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.adhoc;

import im.thingle.signaling.stanza.Reply;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;
import java.util.Locale;

/** The conditions that XEP-0050 §4.4 adds to those of RFC 6120. Immutable. */
enum CommandError {
    /** No such action exists. */
    MALFORMED_ACTION(StanzaError.BAD_REQUEST),
    /** The action exists and is not possible here. */
    BAD_ACTION(StanzaError.BAD_REQUEST),
    BAD_LOCALE(StanzaError.BAD_REQUEST),
    /** The form is missing, or does not fit. */
    BAD_PAYLOAD(StanzaError.BAD_REQUEST),
    /** There never was such a session of this requester and command, as far as is remembered. */
    BAD_SESSIONID(StanzaError.BAD_REQUEST),
    /** The session is over: completed, canceled or too old. */
    SESSION_EXPIRED(StanzaError.NOT_ALLOWED);

    private final StanzaError condition;

    CommandError(StanzaError condition) {
        this.condition = condition;
    }

    void answer(Reply reply, String why) {
        String name = name().toLowerCase(Locale.ROOT).replace('_', '-');
        reply.error(condition, Element.of(name, Commands.NAMESPACE).build(), why);
    }
}
