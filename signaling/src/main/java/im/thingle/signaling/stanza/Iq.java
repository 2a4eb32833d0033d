// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.stanza;

import im.thingle.signaling.xml.Element;

/**
 * An info/query stanza (RFC 6120 §8.2.3), its addresses as received. Immutable.
 *
 * @param type null if absent or unknown
 * @param id null if absent
 * @param from null if absent
 * @param to null if absent
 * @param payload the only child; of a result or error the first child; otherwise null
 * @param namespace content namespace it came in (RFC 6120 §4.8.2); its answer goes out in the same
 */
public record Iq(Type type, String id, String from, String to, Element payload, String namespace) {
    /** Content namespace of a component's stream (XEP-0114). */
    public static final String NAMESPACE = "jabber:component:accept";

    /** What an IQ asks or answers. */
    public enum Type { GET, SET, RESULT, ERROR }

    public static Iq of(Element stanza) {
        Type type = switch (stanza.attribute("type")) {
            case "get" -> Type.GET;
            case "set" -> Type.SET;
            case "result" -> Type.RESULT;
            case "error" -> Type.ERROR;
            case null, default -> null;
        };
        boolean answer = type == Type.RESULT || type == Type.ERROR;
        int children = stanza.children().size();
        Element payload = children == 1 || answer && children > 0 ? stanza.children().getFirst() : null;
        return new Iq(type, stanza.attribute("id"), stanza.attribute("from"), stanza.attribute("to"), payload,
                stanza.namespace());
    }

    public boolean isRequest() {
        return type == Type.GET || type == Type.SET;
    }

    /** A get or set of our own. */
    public static Element request(Type type, String id, String from, String to, Element payload) {
        String word = switch (type) {
            case GET -> "get";
            case SET -> "set";
            case RESULT, ERROR -> throw new IllegalArgumentException(type + " is no request");
        };
        return stanza(NAMESPACE, word, id, from, to).child(payload).build();
    }

    /** The positive answer to this request; {@code payload} may be null. */
    public Element result(Element payload) {
        Element.Builder result = stanza(namespace, "result", id, to, from);
        return payload == null ? result.build() : result.child(payload).build();
    }

    /** The negative answer to this request, with a text for people. */
    public Element error(StanzaError condition, String text) {
        return error(condition, null, text);
    }

    /**
     * The negative answer with a condition of an application's own after the text (RFC 6120 §8.3.4).
     *
     * @param specific null: none
     */
    public Element error(StanzaError condition, Element specific, String text) {
        return stanza(namespace, "error", id, to, from).child(condition.element(namespace, specific, text)).build();
    }

    private static Element.Builder stanza(String namespace, String type, String id, String from, String to) {
        return Element.of("iq", namespace)
                .attribute("type", type)
                .attribute("id", id)
                .attribute("from", from)
                .attribute("to", to);
    }
}
