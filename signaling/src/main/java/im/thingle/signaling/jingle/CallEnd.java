// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle;

import im.thingle.signaling.jingle.transport.IceTransport;
import im.thingle.signaling.port.MediaCandidate;
import im.thingle.signaling.port.MediaDescription;
import im.thingle.signaling.xml.Element;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * What one party of a call has told of its transport, and what of ours it is to be told. Confined to its event loop.
 */
final class CallEnd {
    private static final String DTLS = "urn:xmpp:jingle:apps:dtls:0";
    private static final String SETUP = "setup";
    /** What is kept until there is somebody to tell. */
    private static final int MOST_CANDIDATES = 64;

    private final Map<Content.Key, IceTransport> transports = new HashMap<>();
    private final Set<Content.Key> restarting = new LinkedHashSet<>();
    private final Set<String> givenUp = new HashSet<>();
    private final List<MediaCandidate> candidates = new ArrayList<>();
    private MediaDescription theirs;
    private MediaDescription restarted;
    private int generation;

    /** Whether the party has told this of itself. */
    boolean is(MediaDescription told) {
        return theirs != null && theirs.isOfSameAgentAs(told);
    }

    /** Whether the party has told something else of itself. */
    boolean isOther(MediaDescription told) {
        return theirs != null && !theirs.isOfSameAgentAs(told);
    }

    /** What this says of the party is of an agent that bundling has left without a content; null: nothing. */
    void gaveUp(MediaDescription told) {
        if (told != null && !is(told)) {
            givenUp.add(told.fragment());
        }
    }

    /** Whether this is still told of such an agent, on which nothing depends any more. */
    boolean hasGivenUp(MediaDescription told) {
        return told != null && givenUp.contains(told.fragment()) && !is(told);
    }

    /** What the party wants the other one to know. */
    void tells(Content.Key content, IceTransport transport) {
        transports.put(content, transport);
    }

    boolean differs(Content.Key content, IceTransport transport) {
        MediaDescription nobody = new MediaDescription("", "", List.of());
        IceTransport known = transports.get(content);
        return known == null
                || !known.with(nobody, 0).children().equals(transport.over(known).with(nobody, 0).children());
    }

    IceTransport transport(Content.Key content) {
        return transports.get(content);
    }

    /**
     * Takes a description, or more candidates of the one there is.
     *
     * @param told null: it does not say whose these are
     * @return what is new; null: nothing that means anything
     */
    MediaDescription described(MediaDescription told, List<MediaCandidate> more) {
        if (told != null && !is(told)) {
            theirs = told;
            candidates.clear();
        }
        if (theirs == null) {
            return null;
        }
        more.stream().limit(MOST_CANDIDATES - candidates.size()).forEach(candidates::add);
        return new MediaDescription(theirs.fragment(), theirs.password(), more);
    }

    /** All that the party has told; null: nothing. */
    MediaDescription everything() {
        return theirs == null ? null : new MediaDescription(theirs.fragment(), theirs.password(), candidates);
    }

    /** The party begins anew, as this content says; it is to be told about that content. */
    void restarts(Content.Key content) {
        restarting.add(content);
    }

    Set<Content.Key> restarting() {
        return restarting;
    }

    void restarted(MediaDescription ours) {
        restarted = ours;
        generation++;
    }

    /** What the party is told instead of what it was told at first; null: that. */
    MediaDescription restarted() {
        return restarted;
    }

    /** How often the party has begun anew. */
    int generation() {
        return generation;
    }

    /**
     * Who has offered to be either end of DTLS is, in an answer, the one that this party is not (RFC 5763 §5): an
     * answer to a restart is given by us and nobody else, so that we must know.
     */
    BiFunction<MediaDescription, Integer, Element> settle(IceTransport others) {
        String mine = transports.values().stream()
                .flatMap(each -> each.inner().children().stream())
                .filter(child -> child.is("fingerprint", DTLS) && child.attribute(SETUP) != null)
                .map(child -> child.attribute(SETUP))
                .findFirst()
                .orElse("");
        return (ours, number) -> others.with(ours, number, child -> settled(child, mine));
    }

    void forget(Content.Key content) {
        transports.remove(content);
        restarting.remove(content);
    }

    boolean isEmpty() {
        return transports.isEmpty();
    }

    private static Element settled(Element child, String mine) {
        if (!child.is("fingerprint", DTLS) || !"actpass".equals(child.attribute(SETUP)) || mine.isEmpty()) {
            return child;
        }
        Element.Builder copy = Element.of(child.name(), child.namespace());
        child.attributes().forEach(each -> copy.attribute(each.namespace(), each.name(),
                each.name().equals(SETUP) ? mine.equals("active") ? "passive" : "active" : each.value()));
        child.children().forEach(copy::child);
        return copy.text(child.text()).build();
    }
}
