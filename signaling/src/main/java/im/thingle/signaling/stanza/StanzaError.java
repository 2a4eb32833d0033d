// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.stanza;

import im.thingle.signaling.xml.Attribute;
import im.thingle.signaling.xml.Element;
import java.util.Locale;

/** The stanza error conditions with the error type each usually carries (RFC 6120 §8.3.3). Immutable. */
public enum StanzaError {
    BAD_REQUEST("modify"),
    CONFLICT("cancel"),
    FEATURE_NOT_IMPLEMENTED("cancel"),
    FORBIDDEN("auth"),
    GONE("cancel"),
    INTERNAL_SERVER_ERROR("cancel"),
    ITEM_NOT_FOUND("cancel"),
    JID_MALFORMED("modify"),
    NOT_ACCEPTABLE("modify"),
    NOT_ALLOWED("cancel"),
    NOT_AUTHORIZED("auth"),
    POLICY_VIOLATION("modify"),
    RECIPIENT_UNAVAILABLE("wait"),
    REDIRECT("modify"),
    REGISTRATION_REQUIRED("auth"),
    REMOTE_SERVER_NOT_FOUND("cancel"),
    REMOTE_SERVER_TIMEOUT("wait"),
    RESOURCE_CONSTRAINT("wait"),
    SERVICE_UNAVAILABLE("cancel"),
    SUBSCRIPTION_REQUIRED("auth"),
    UNDEFINED_CONDITION("cancel"),
    UNEXPECTED_REQUEST("wait");

    /** Namespace of the conditions and of their text. */
    public static final String NAMESPACE = "urn:ietf:params:xml:ns:xmpp-stanzas";

    private final String elementName = name().toLowerCase(Locale.ROOT).replace('_', '-');
    private final String type;

    StanzaError(String type) {
        this.type = type;
    }

    /** The name on the wire, such as {@code item-not-found}. */
    public String elementName() {
        return elementName;
    }

    /** What the sender should do: {@code auth}, {@code cancel}, {@code modify} or {@code wait} (RFC 6120 §8.3.2). */
    public String type() {
        return type;
    }

    /**
     * The {@code <error/>} of a stanza (RFC 6120 §8.3.2), with a text for people.
     *
     * @param namespace content namespace of the stanza
     * @param specific a condition of an application's own (§8.3.4), or null
     */
    Element element(String namespace, Element specific, String text) {
        Element.Builder error = Element.of("error", namespace).attribute("type", type)
                .child(Element.of(elementName, NAMESPACE));
        if (!text.isEmpty()) {
            error.child(Element.of("text", NAMESPACE).attribute(Attribute.XML_NAMESPACE, "lang", "en").text(text));
        }
        if (specific != null) {
            error.child(specific);
        }
        return error.build();
    }

    /** The condition that an {@code <error/>} names; {@link #UNDEFINED_CONDITION} if it names none that is known. */
    public static StanzaError of(Element error) {
        for (StanzaError condition : values()) {
            if (error != null && error.child(condition.elementName, NAMESPACE) != null) {
                return condition;
            }
        }
        return UNDEFINED_CONDITION;
    }
}
