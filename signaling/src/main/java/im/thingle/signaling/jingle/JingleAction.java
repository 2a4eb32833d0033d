// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle;

import java.util.Locale;
import java.util.Optional;

/** What a {@code <jingle/>} element is sent for (XEP-0166 §7.2). Immutable. */
public enum JingleAction {
    CONTENT_ACCEPT,
    CONTENT_ADD,
    CONTENT_MODIFY,
    CONTENT_REJECT,
    CONTENT_REMOVE,
    DESCRIPTION_INFO,
    SECURITY_INFO,
    SESSION_ACCEPT,
    SESSION_INFO,
    SESSION_INITIATE,
    SESSION_TERMINATE,
    TRANSPORT_ACCEPT,
    TRANSPORT_INFO,
    TRANSPORT_REJECT,
    TRANSPORT_REPLACE;

    private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** The value of the attribute, such as {@code session-initiate}. */
    public String word() {
        return word;
    }

    /** The action of this word; empty if there is none. */
    public static Optional<JingleAction> of(String word) {
        for (JingleAction action : values()) {
            if (action.word.equals(word)) {
                return Optional.of(action);
            }
        }
        return Optional.empty();
    }
}
