// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.echo;

import im.thingle.signaling.jingle.Content;
import im.thingle.signaling.jingle.transport.IceTransport;
import im.thingle.signaling.port.MediaFingerprint;
import im.thingle.signaling.xml.Element;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a client offers in a call (XEP-0167), as far as it can be given back: sound and picture over ICE-UDP, RTCP on the
 * same port, secured with DTLS (XEP-0320). Immutable.
 *
 * @param shares the contents that have one transport each; the first is the one whose transport it is (RFC 8843 §7.2)
 * @param left those that cannot be given back
 */
record CallOffer(List<List<Content>> shares, List<Content> left) {
    static final String RTP = "urn:xmpp:jingle:apps:rtp:1";
    static final String RTP_AUDIO = "urn:xmpp:jingle:apps:rtp:audio";
    static final String RTP_VIDEO = "urn:xmpp:jingle:apps:rtp:video";
    static final String DTLS = "urn:xmpp:jingle:apps:dtls:0";
    static final String GROUPING = "urn:xmpp:jingle:apps:grouping:0";

    private static final String BUNDLE = "BUNDLE";
    private static final Set<String> MEDIA = Set.of("audio", "video");

    CallOffer {
        shares = shares.stream().map(List::copyOf).toList();
        left = List.copyOf(left);
    }

    /**
     * @param others the children of the jingle element that are no contents
     * @param understood whether a fingerprint can be checked
     */
    static CallOffer of(List<Content> contents, List<Element> others, Predicate<MediaFingerprint> understood) {
        Set<String> bundled = bundled(others);
        List<List<Content>> shares = new ArrayList<>();
        List<Content> left = new ArrayList<>();
        List<Content> together = new ArrayList<>();
        for (Content content : contents) {
            if (!isRtp(content) || !hasMux(content) || !hasPayloads(content) || !hasIce(content)
                    || fingerprints(content, understood).isEmpty() || waits(content)) {
                left.add(content);
            } else if (bundled.contains(content.key().name())) {
                if (together.isEmpty()) {
                    shares.add(together);
                }
                together.add(content);
            } else {
                shares.add(List.of(content));
            }
        }
        return new CallOffer(shares, left);
    }

    /** Whether a content is of a call, answered or not. */
    static boolean describes(Content content) {
        return content.description() != null && content.description().namespace().startsWith(Verdict.CALLS);
    }

    static boolean isRtp(Content content) {
        return content.description() != null
                && content.description().namespace().equals(RTP)
                && MEDIA.contains(String.valueOf(content.description().attribute("media")));
    }

    static boolean hasMux(Content content) {
        return content.description().child("rtcp-mux", RTP) != null;
    }

    static boolean hasPayloads(Content content) {
        return content.description().child("payload-type", RTP) != null;
    }

    static boolean hasIce(Content content) {
        Element transport = content.transport();
        return transport != null
                && transport.namespace().equals(IceTransport.NAMESPACE)
                && IceTransport.of(transport).description() != null;
    }

    static List<MediaFingerprint> fingerprints(Content content, Predicate<MediaFingerprint> understood) {
        return printed(content).stream()
                .filter(each -> each.attribute("hash") != null)
                .map(each -> new MediaFingerprint(each.attribute("hash"), each.text().strip()))
                .filter(understood)
                .toList();
    }

    /** Whether the client would have us begin DTLS. */
    static boolean waits(Content content) {
        return printed(content).stream().anyMatch(each -> "passive".equals(each.attribute("setup")));
    }

    /** Whether some of the contents are bundled, so that the answer must say which of them still are. */
    static boolean bundles(List<Element> others) {
        return !bundled(others).isEmpty();
    }

    private static List<Element> printed(Content content) {
        return content.transport().children().stream().filter(each -> each.is("fingerprint", DTLS)).toList();
    }

    private static Set<String> bundled(List<Element> others) {
        Set<String> names = new HashSet<>();
        others.stream()
                .filter(each -> each.is("group", GROUPING) && BUNDLE.equals(each.attribute("semantics")))
                .flatMap(each -> each.children().stream())
                .map(each -> each.attribute("name"))
                .filter(name -> name != null)
                .forEach(names::add);
        return names;
    }
}
