// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.stanza;

import im.thingle.signaling.xml.Attribute;
import im.thingle.signaling.xml.Element;

/** What can be done with a stanza of any kind (RFC 6120 §8). Safe from any thread. */
public final class Stanzas {
    /** XEP-0203; COMPAT(ejabberd 23): it tells the sender's full JID there, when it answers a probe. */
    private static final String DELAY = "urn:xmpp:delay";

    private Stanzas() {}

    /** The same stanza between other addresses, everything in it as it is, but for whose server says it was delayed. */
    public static Element readdressed(Element stanza, String from, String to) {
        Element.Builder copy = Element.of(stanza.name(), stanza.namespace());
        for (Attribute each : stanza.attributes()) {
            if (!isAddress(each)) {
                copy.attribute(each.namespace(), each.name(), each.value());
            }
        }
        copy.attribute("from", from).attribute("to", to).text(stanza.text());
        stanza.children().forEach(child -> copy.child(child.is("delay", DELAY) ? withoutAddresses(child) : child));
        return copy.build();
    }

    /** The same stanza with other children. */
    public static Element withChildren(Element stanza, Iterable<Element> children) {
        Element.Builder copy = Element.of(stanza.name(), stanza.namespace()).text(stanza.text());
        stanza.attributes().forEach(each -> copy.attribute(each.namespace(), each.name(), each.value()));
        children.forEach(copy::child);
        return copy.build();
    }

    /** The answer to a message or presence that cannot be delivered (RFC 6120 §8.3.1). */
    public static Element bounce(Element stanza, StanzaError condition, String why) {
        return Element.of(stanza.name(), stanza.namespace())
                .attribute("type", "error")
                .attribute("id", stanza.attribute("id"))
                .attribute("from", stanza.attribute("to"))
                .attribute("to", stanza.attribute("from"))
                .child(condition.element(stanza.namespace(), null, why))
                .build();
    }

    private static Element withoutAddresses(Element child) {
        Element.Builder copy = Element.of(child.name(), child.namespace()).text(child.text());
        child.attributes().stream()
                .filter(each -> !isAddress(each))
                .forEach(each -> copy.attribute(each.namespace(), each.name(), each.value()));
        child.children().forEach(copy::child);
        return copy.build();
    }

    private static boolean isAddress(Attribute attribute) {
        return attribute.namespace().isEmpty() && (attribute.name().equals("from") || attribute.name().equals("to"));
    }
}
