// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.stanza;

import im.thingle.signaling.xml.Attribute;
import im.thingle.signaling.xml.Element;
import java.util.Optional;
import java.util.function.Function;

/** What can be done with a stanza of any kind (RFC 6120 §8). Safe from any thread. */
public final class Stanzas {
    private Stanzas() {}

    /**
     * The same stanza between other addresses.
     *
     * @param translated what becomes of each of its children; empty: nothing
     */
    public static Element readdressed(
            Element stanza, String from, String to, Function<Element, Optional<Element>> translated) {
        Element.Builder copy = Element.of(stanza.name(), stanza.namespace());
        for (Attribute each : stanza.attributes()) {
            if (!isAddress(each)) {
                copy.attribute(each.namespace(), each.name(), each.value());
            }
        }
        copy.attribute("from", from).attribute("to", to).text(stanza.text());
        stanza.children().forEach(child -> translated.apply(child).ifPresent(copy::child));
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

    /** Whether an attribute says who sends, or to whom. */
    public static boolean isAddress(Attribute attribute) {
        return attribute.namespace().isEmpty() && (attribute.name().equals("from") || attribute.name().equals("to"));
    }
}
