// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.gateway;

import im.thingle.signaling.disco.DiscoInfo;
import im.thingle.signaling.jingle.Jingle;
import im.thingle.signaling.jingle.transport.IceTransport;
import im.thingle.signaling.jingle.transport.InBandTransport;
import im.thingle.signaling.jingle.transport.Socks5Transport;
import im.thingle.signaling.xml.Attribute;
import im.thingle.signaling.xml.Element;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a client can do, as its disco#info tells (XEP-0030 §3), cut to what the relay can carry. Immutable. */
final class Capabilities {
    private static final String FORM = "jabber:x:data";
    private static final String RTP_INFO = "urn:xmpp:jingle:apps:rtp:";
    /** Ways past the relay, or ways that it does not know. */
    private static final List<String> NOT_CARRIED = List.of(
            "urn:xmpp:jingle:transports:", "http://jabber.org/protocol/bytestreams", "http://jabber.org/protocol/si");

    private static final Set<String> CARRIED =
            Set.of(Socks5Transport.NAMESPACE, InBandTransport.NAMESPACE, Jingle.NAMESPACE);
    /** What is for calls only; the last as XEP-0343 has it. */
    private static final List<String> CALLS = List.of(
            RTP_INFO, "urn:xmpp:jingle:apps:dtls:", "urn:xmpp:jingle-message:", IceTransport.NAMESPACE,
            IceTransport.DATA_CHANNEL, "urn:xmpp:jingle:transports:dtls-sctp:1");

    private Capabilities() {}

    /**
     * The same answer without the features that would lead past the relay, or nowhere.
     *
     * @param calls whether it carries calls
     */
    static Element cut(Element query, String node, boolean calls) {
        Element.Builder cut = Element.of("query", DiscoInfo.NAMESPACE).attribute("node", node);
        query.children().stream().filter(child -> !isCut(child, calls)).forEach(cut::child);
        return cut.build();
    }

    /**
     * Whether a hash stands for this answer and no other (XEP-0115 §5.4): nothing is in it twice, nor looks like the end of
     * something.
     */
    static boolean isHashable(Element query) {
        Set<List<String>> seen = new HashSet<>();
        for (Element child : query.children()) {
            String type = formType(child);
            List<String> key = child.is("x", FORM) ? List.of(FORM, type == null ? "" : type)
                    : child.attributes().stream().map(Attribute::toString).sorted().toList();
            boolean twice = (type != null || !child.is("x", FORM)) && !seen.add(key);
            if (twice || hasBracket(child)) {
                return false;
            }
        }
        return true;
    }

    /** Only what the hash stands for: anything else would be told in the name of all clients of the kind. */
    static Element hashed(Element query) {
        Element.Builder hashed = Element.of("query", DiscoInfo.NAMESPACE);
        query.children().stream()
                .filter(child -> child.is("identity", DiscoInfo.NAMESPACE) || child.is("feature", DiscoInfo.NAMESPACE)
                        || formType(child) != null)
                .forEach(hashed::child);
        return hashed.build();
    }

    private static boolean hasBracket(Element element) {
        return element.text().contains("<")
                || element.attributes().stream().anyMatch(each -> each.value().contains("<"))
                || element.children().stream().anyMatch(Capabilities::hasBracket);
    }

    /** What kind of form it is; null if it is none, or does not tell. */
    private static String formType(Element form) {
        if (!form.is("x", FORM)) {
            return null;
        }
        return form.children().stream()
                .filter(field -> "FORM_TYPE".equals(field.attribute("var")))
                .flatMap(field -> field.children().stream())
                .filter(value -> value.name().equals("value"))
                .map(Element::text)
                .findFirst()
                .orElse(null);
    }

    private static boolean isCut(Element child, boolean calls) {
        String feature = child.attribute("var");
        if (!child.is("feature", DiscoInfo.NAMESPACE) || feature == null || CARRIED.contains(feature)) {
            return false;
        }
        return CALLS.stream().anyMatch(feature::startsWith)
                ? !calls
                : NOT_CARRIED.stream().anyMatch(feature::startsWith);
    }
}
