// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle.transport;

import im.thingle.signaling.port.MediaCandidate;
import im.thingle.signaling.port.MediaDescription;
import im.thingle.signaling.xml.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A client's ICE transport (XEP-0176 §5.2), alone or inside one for data channels: credentials and candidates, which
 * end with its leg, and all else, such as a fingerprint (XEP-0320) or an sctpmap (XEP-0343), which is for the other
 * party and goes there as it is. Immutable.
 *
 * @param outer the transport of the content
 * @param inner the same, or the one with the ICE in it
 */
public record IceTransport(Element outer, Element inner) {
    public static final String NAMESPACE = "urn:xmpp:jingle:transports:ice-udp:1";
    /** COMPAT(Conversations): a transport that has an ICE-UDP one inside. */
    public static final String DATA_CHANNEL = "urn:xmpp:jingle:transports:webrtc-datachannel:1";

    private static final String FRAGMENT = "ufrag";
    private static final String PASSWORD = "pwd";
    private static final String CANDIDATE = "candidate";
    /** More are no help to anybody. */
    private static final int MOST_CANDIDATES = 64;
    private static final int MOST_COMPONENTS = 2;

    /** Whether an element, or null, is such a transport. */
    public static boolean takes(Element transport) {
        return transport != null
                && (transport.namespace().equals(NAMESPACE) || transport.namespace().equals(DATA_CHANNEL));
    }

    /** What {@link #takes} has taken. */
    public static IceTransport of(Element transport) {
        Element inner = transport.child("transport", NAMESPACE);
        return new IceTransport(transport, inner == null ? transport : inner);
    }

    /** Who tells it, and where to find him; null if it does not say who. */
    public MediaDescription description() {
        String fragment = inner.attribute(FRAGMENT);
        String password = inner.attribute(PASSWORD);
        return fragment == null || password == null ? null : new MediaDescription(fragment, password, candidates());
    }

    /** Those that can be made sense of. */
    public List<MediaCandidate> candidates() {
        return inner.children().stream()
                .filter(child -> child.name().equals(CANDIDATE))
                .limit(MOST_CANDIDATES)
                .map(IceTransport::candidate)
                .filter(candidate -> candidate != null)
                .toList();
    }

    /** Whether there is anything in it for the other party. */
    public boolean tellsMore() {
        return inner != outer && outer.children().stream().anyMatch(this::isBeside)
                || inner.children().stream().anyMatch(child -> !isIces(child));
    }

    /** What is for the other party, with our credentials and candidates in the place of the client's. */
    public Element with(MediaDescription ours, int generation) {
        return with(ours, generation, child -> child);
    }

    /** The same, with each of the other party's children made into something else. */
    public Element with(MediaDescription ours, int generation, UnaryOperator<Element> change) {
        Element ended = ended(ours, generation, change);
        if (inner == outer) {
            return ended;
        }
        Element.Builder copy = Element.of(outer.name(), outer.namespace());
        outer.attributes().stream()
                .filter(each -> !isCredential(each.name()))
                .forEach(each -> copy.attribute(each.namespace(), each.name(), each.value()));
        outer.children().stream().filter(child -> child == inner || isBeside(child)).forEach(
                child -> copy.child(child == inner ? ended : child));
        return copy.build();
    }

    /** The same with what an earlier one told and this one does not tell anew, such as the fingerprint. */
    public IceTransport over(IceTransport earlier) {
        if (earlier == null) {
            return this;
        }
        Element merged = merged(inner, earlier.inner);
        if (inner == outer) {
            return new IceTransport(merged, merged);
        }
        Element.Builder copy = Element.of(outer.name(), outer.namespace());
        outer.attributes().forEach(each -> copy.attribute(each.namespace(), each.name(), each.value()));
        outer.children().forEach(child -> copy.child(child == inner ? merged : child));
        return new IceTransport(copy.build(), merged);
    }

    private static Element merged(Element now, Element earlier) {
        Element.Builder copy = Element.of(now.name(), now.namespace());
        now.attributes().forEach(each -> copy.attribute(each.namespace(), each.name(), each.value()));
        earlier.children().stream()
                .filter(child -> !isIces(child) && now.child(child.name(), child.namespace()) == null)
                .forEach(copy::child);
        now.children().forEach(copy::child);
        return copy.build();
    }

    /**
     * Whether a child of the wrapper is for the other party: neither candidates nor another transport, which could have
     * some.
     */
    private boolean isBeside(Element child) {
        return child != inner && !isIces(child) && !child.name().equals("transport");
    }

    private Element ended(MediaDescription ours, int generation, UnaryOperator<Element> change) {
        Element.Builder copy = Element.of(inner.name(), inner.namespace());
        inner.attributes().stream()
                .filter(each -> !isCredential(each.name()))
                .forEach(each -> copy.attribute(each.namespace(), each.name(), each.value()));
        copy.attribute(FRAGMENT, ours.fragment()).attribute(PASSWORD, ours.password());
        inner.children().stream().filter(child -> !isIces(child)).map(change).forEach(copy::child);
        elements(ours, generation).forEach(copy::child);
        return copy.build();
    }

    private List<Element> elements(MediaDescription ours, int generation) {
        List<Element> elements = new ArrayList<>();
        for (MediaCandidate each : ours.candidates()) {
            elements.add(Element.of(CANDIDATE, inner.namespace())
                    .attribute("component", Integer.toString(each.component()))
                    .attribute("foundation", each.foundation())
                    .attribute("generation", Integer.toString(generation))
                    .attribute("id", ours.fragment() + elements.size())
                    .attribute("ip", each.ip())
                    .attribute("network", "0")
                    .attribute("port", Integer.toString(each.port()))
                    .attribute("priority", Long.toString(each.priority()))
                    .attribute("protocol", each.protocol())
                    .attribute("type", each.type())
                    .build());
        }
        return elements;
    }

    private static boolean isCredential(String name) {
        return name.equals(FRAGMENT) || name.equals(PASSWORD);
    }

    private static boolean isIces(Element child) {
        return switch (child.name()) {
            case CANDIDATE, "remote-candidate", "gathering-complete" -> true;
            default -> false;
        };
    }

    private static MediaCandidate candidate(Element element) {
        String ip = element.attribute("ip");
        String type = element.attribute("type");
        String foundation = element.attribute("foundation");
        String protocol = element.attribute("protocol");
        try {
            int component = Integer.parseInt(element.attribute("component"));
            int port = Integer.parseInt(element.attribute("port"));
            long priority = Long.parseLong(element.attribute("priority"));
            boolean sound = ip != null && foundation != null && component >= 1 && component <= MOST_COMPONENTS
                    && port > 0 && port <= 0xFFFF && priority > 0 && priority <= 0xFFFF_FFFFL;
            return sound
                    ? new MediaCandidate(component, foundation, priority, ip, port, word(protocol), word(type))
                    : null;
        } catch (NumberFormatException nonsense) {
            return null;
        }
    }

    private static String word(String word) {
        return word == null ? "" : word;
    }
}
