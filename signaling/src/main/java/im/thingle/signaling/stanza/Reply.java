// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.stanza;

import im.thingle.signaling.xml.Element;

/** The one answer an IQ request gets, now or later; a second answer is a bug and throws. Confined to its event loop. */
public interface Reply {
    /** Answers with an empty result. */
    default void result() {
        result(null);
    }

    /** Answers with a result; {@code payload} may be null. */
    void result(Element payload);

    /**
     * Answers with an error.
     *
     * @param why tells the user, and the operator's log, what is wrong
     */
    default void error(StanzaError condition, String why) {
        error(condition, null, why);
    }

    /**
     * Answers with an error that has a condition of an application's own too (RFC 6120 §8.3.4).
     *
     * @param specific that condition, or null
     */
    void error(StanzaError condition, Element specific, String why);
}
