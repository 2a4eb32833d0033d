// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.xml;

import java.util.ArrayList;
import java.util.List;

/**
 * An XML element with all it contains. Character data is kept as one text, apart from the children: no XMPP payload
 * that concerns a relay mixes them (RFC 6120 §11). Immutable.
 *
 * @param namespace empty for none
 * @param attributes in document order, without namespace declarations
 * @param text all character data directly inside, possibly empty
 */
public record Element(String name, String namespace, List<Attribute> attributes, String text, List<Element> children) {
    public Element {
        attributes = List.copyOf(attributes);
        children = List.copyOf(children);
    }

    /** Starts building an element. */
    public static Builder of(String name, String namespace) {
        return new Builder(name, namespace);
    }

    public boolean is(String name, String namespace) {
        return this.name.equals(name) && this.namespace.equals(namespace);
    }

    /** The value of an attribute without namespace, or null. */
    public String attribute(String name) {
        for (int i = 0; i < attributes.size(); i++) {
            Attribute attribute = attributes.get(i);
            if (attribute.name().equals(name) && attribute.namespace().isEmpty()) {
                return attribute.value();
            }
        }
        return null;
    }

    /** The first child of that name and namespace, or null. */
    public Element child(String name, String namespace) {
        for (int i = 0; i < children.size(); i++) {
            if (children.get(i).is(name, namespace)) {
                return children.get(i);
            }
        }
        return null;
    }

    /** Collects the parts of one element. Confined to its event loop. */
    public static final class Builder {
        private final String name;
        private final String namespace;
        private List<Attribute> attributes = List.of();
        private StringBuilder manyTexts;
        private String text = "";
        private List<Element> children = List.of();

        private Builder(String name, String namespace) {
            this.name = name;
            this.namespace = namespace;
        }

        /** Adds an attribute; a null value adds nothing, so that optional attributes need no {@code if}. */
        public Builder attribute(String name, String value) {
            return value == null ? this : attribute("", name, value);
        }

        public Builder attribute(String namespace, String name, String value) {
            if (attributes.isEmpty()) {
                attributes = new ArrayList<>(4);
            }
            attributes.add(new Attribute(namespace, name, value));
            return this;
        }

        /** Appends character data. */
        public Builder text(String more) {
            if (text.isEmpty()) {
                text = more;
            } else {
                if (manyTexts == null) {
                    manyTexts = new StringBuilder(text);
                }
                manyTexts.append(more);
            }
            return this;
        }

        public Builder child(Element child) {
            if (children.isEmpty()) {
                children = new ArrayList<>(4);
            }
            children.add(child);
            return this;
        }

        public Builder child(Builder child) {
            return child(child.build());
        }

        int textLength() {
            return manyTexts == null ? text.length() : manyTexts.length();
        }

        public Element build() {
            return new Element(name, namespace, attributes, manyTexts == null ? text : manyTexts.toString(), children);
        }
    }
}
