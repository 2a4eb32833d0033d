// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.form;

import java.util.Locale;

/** The types of fields that are used here (XEP-0004 §3.3). Immutable. */
public enum FieldType {
    FIXED,
    HIDDEN,
    JID_MULTI,
    JID_SINGLE,
    LIST_SINGLE,
    TEXT_MULTI,
    TEXT_PRIVATE,
    TEXT_SINGLE;

    private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** The name on the wire, such as {@code jid-single}. */
    public String word() {
        return word;
    }

    /** Whether a field of this type may have several values (XEP-0004 §3.2). */
    boolean isMulti() {
        return this == HIDDEN || this == JID_MULTI || this == TEXT_MULTI;
    }

    /** Whether its values are JIDs, which are prepared before anything else is done with them. */
    boolean isJid() {
        return this == JID_MULTI || this == JID_SINGLE;
    }

    /** Whether people fill it in. */
    boolean isAsked() {
        return this != FIXED && this != HIDDEN;
    }
}
