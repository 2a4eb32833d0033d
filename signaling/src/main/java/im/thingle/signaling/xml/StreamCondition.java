// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.xml;

import java.util.Locale;

/** The stream errors we send (RFC 6120 §4.9.3). Immutable. */
public enum StreamCondition {
    BAD_FORMAT,
    CONNECTION_TIMEOUT,
    INVALID_NAMESPACE,
    NOT_WELL_FORMED,
    POLICY_VIOLATION,
    RESTRICTED_XML,
    UNDEFINED_CONDITION;

    /** Namespace of the conditions and of their text. */
    public static final String NAMESPACE = "urn:ietf:params:xml:ns:xmpp-streams";

    private final String elementName = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** The name on the wire, such as {@code not-well-formed}. */
    public String elementName() {
        return elementName;
    }
}
