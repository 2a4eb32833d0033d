// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.echo;

import im.thingle.signaling.jingle.Content;
import im.thingle.signaling.jingle.Jingle;
import im.thingle.signaling.jingle.transport.IceTransport;
import im.thingle.signaling.port.MediaDescription;
import im.thingle.signaling.port.MediaFingerprint;
import im.thingle.signaling.xml.Element;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongUnaryOperator;

/**
 * What a client is answered in a call: whatever it can send it gets back, so that its codecs, feedback (XEP-0293) and
 * header extensions (XEP-0294) are ours. The sources (XEP-0339) are our own. Immutable.
 *
 * @param fingerprint of our certificate
 */
record CallAnswer(MediaFingerprint fingerprint) {
    static final String SOURCES = "urn:xmpp:jingle:apps:rtp:ssma:0";
    static final String EXTENSIONS = "urn:xmpp:jingle:apps:rtp:rtp-hdrext:0";
    static final String FEEDBACK = "urn:xmpp:jingle:apps:rtp:rtcp-fb:0";

    private static final String SSRC = "ssrc";
    /** Not what secures or limits a call by other means. */
    private static final Map<String, Set<String>> MIRRORED = Map.of(
            CallOffer.RTP, Set.of("payload-type", "rtcp-mux"),
            EXTENSIONS, Set.of("rtp-hdrext", "extmap-allow-mixed"),
            FEEDBACK, Set.of("rtcp-fb", "rtcp-fb-trr-int"),
            SOURCES, Set.of("source", "ssrc-group"));

    /** The content of an answer. */
    static Content content(Content offered, Element transport, LongUnaryOperator turned) {
        Element.Builder answer = Element.of("content", Jingle.NAMESPACE)
                .attribute("creator", offered.key().creator())
                .attribute("name", offered.key().name());
        if (offered.element().attribute("senders") != null) {
            answer.attribute("senders", offered.element().attribute("senders"));
        }
        return new Content(answer.child(description(offered.description(), turned)).child(transport).build());
    }

    /** Our end of a transport. */
    Element transport(MediaDescription ours, int generation) {
        Element print = Element.of("fingerprint", CallOffer.DTLS)
                .attribute("hash", fingerprint.hash())
                .attribute("setup", "passive")
                .text(fingerprint.value())
                .build();
        Element bare = Element.of("transport", IceTransport.NAMESPACE).child(print).build();
        return IceTransport.of(bare).with(ours, generation);
    }

    /** Which contents share a transport (XEP-0338). */
    static Element group(List<Content> contents) {
        Element.Builder group = Element.of("group", CallOffer.GROUPING).attribute("semantics", "BUNDLE");
        contents.forEach(each ->
                group.child(Element.of("content", CallOffer.GROUPING).attribute("name", each.key().name())));
        return group.build();
    }

    private static Element description(Element offered, LongUnaryOperator turned) {
        Element.Builder answer = Element.of("description", CallOffer.RTP)
                .attribute("media", offered.attribute("media"))
                .attribute(SSRC, turned(offered.attribute(SSRC), turned));
        offered.children().stream()
                .filter(child -> MIRRORED.getOrDefault(child.namespace(), Set.of()).contains(child.name()))
                .forEach(child -> answer.child(child.namespace().equals(SOURCES) ? source(child, turned) : child));
        return answer.build();
    }

    /** A source, or a group of some, with ours in the places of the client's. */
    private static Element source(Element offered, LongUnaryOperator turned) {
        Element.Builder copy = Element.of(offered.name(), offered.namespace());
        offered.attributes().forEach(each -> copy.attribute(each.namespace(), each.name(),
                each.name().equals(SSRC) ? turned(each.value(), turned) : each.value()));
        offered.children().forEach(child -> copy.child(child.name().equals("source") ? source(child, turned) : child));
        return copy.text(offered.text()).build();
    }

    /** Null, and what is no number, stay. */
    private static String turned(String ssrc, LongUnaryOperator turned) {
        try {
            return ssrc == null ? null : Long.toString(turned.applyAsLong(Long.parseLong(ssrc)));
        } catch (NumberFormatException nonsense) {
            return ssrc;
        }
    }
}
