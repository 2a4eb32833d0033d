// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle;

import im.thingle.signaling.xml.Element;
import java.util.List;

/**
 * One {@code <content/>} of a session (XEP-0166 §7.3). Of its children the broker understands the transport only; the
 * description, the security precondition and whatever else is there go from leg to leg as they are. Immutable.
 */
public record Content(Element element) {
    /** What tells contents of a session apart. Immutable. */
    public record Key(String creator, String name) {}

    public Key key() {
        return new Key(element.attribute("creator"), element.attribute("name"));
    }

    /** The transport, of whatever namespace, or null. */
    public Element transport() {
        return child("transport");
    }

    /** The application's description, of whatever namespace, or null. */
    public Element description() {
        return child("description");
    }

    /** The same with another transport in the place of its own; with no transport if that is null. */
    public Content withTransport(Element transport) {
        Element.Builder copy = Element.of("content", Jingle.NAMESPACE);
        element.attributes().forEach(each -> copy.attribute(each.namespace(), each.name(), each.value()));
        boolean replaced = false;
        for (Element child : element.children()) {
            if (!child.name().equals("transport")) {
                copy.child(child);
            } else if (transport != null && !replaced) {
                copy.child(transport);
                replaced = true;
            }
        }
        if (transport != null && !replaced) {
            copy.child(transport);
        }
        return new Content(copy.build());
    }

    /** The same contents without their transports. */
    static List<Content> withoutTransport(List<Content> contents) {
        return contents.stream().map(content -> content.withTransport(null)).toList();
    }

    /** A content of this key with a transport and nothing else, as transport actions have it. */
    public static Content of(Key key, Element transport) {
        return new Content(Element.of("content", Jingle.NAMESPACE)
                .attribute("creator", key.creator())
                .attribute("name", key.name())
                .child(transport)
                .build());
    }

    /** Contents of these keys, and nothing in them. */
    static List<Content> named(List<Key> keys) {
        return keys.stream()
                .map(key -> new Content(Element.of("content", Jingle.NAMESPACE)
                        .attribute("creator", key.creator())
                        .attribute("name", key.name())
                        .build()))
                .toList();
    }

    boolean isWellFormed() {
        Key key = key();
        return key.name() != null && ("initiator".equals(key.creator()) || "responder".equals(key.creator()));
    }

    private Element child(String name) {
        for (Element child : element.children()) {
            if (child.name().equals(name)) {
                return child;
            }
        }
        return null;
    }
}
