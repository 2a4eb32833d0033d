// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle;

import im.thingle.signaling.xml.Element;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which contents of a session both parties want on one transport (XEP-0338 with the BUNDLE of RFC 8843). Until both have
 * said so each content has a transport of its own, because the one that answers may know no bundles (RFC 8843 §7.2).
 * Confined to its event loop.
 */
final class Bundles {
    private static final String GROUPING = "urn:xmpp:jingle:apps:grouping:0";

    private final Set<String> offered = new HashSet<>();

    /** Takes an action that offers contents. */
    void offered(Jingle offer) {
        groups(offer).forEach(offered::addAll);
    }

    /**
     * Takes an action that accepts contents: what is bundled goes with what is there already of its group, or else with
     * the first one (RFC 8843 §7.3.1).
     *
     * @param carriages those of all contents of the session
     * @return those that others go with
     */
    Set<Content.Key> accepted(Jingle answer, Map<Content.Key, Carriage> carriages) {
        Set<Content.Key> leaders = new HashSet<>();
        Set<Content.Key> accepted = new HashSet<>();
        answer.contents().forEach(content -> accepted.add(content.key()));
        for (List<String> group : groups(answer)) {
            List<Content.Key> keys = group.stream()
                    .filter(offered::contains)
                    .flatMap(name -> carriages.keySet().stream().filter(key -> key.name().equals(name)))
                    .toList();
            if (keys.isEmpty()) {
                continue;
            }
            Content.Key leader =
                    keys.stream().filter(key -> !accepted.contains(key)).findFirst().orElse(keys.getFirst());
            leaders.add(leader);
            Carriage first = carriages.get(leader);
            for (Content content : answer.contents()) {
                Content.Key key = content.key();
                if (keys.contains(key) && first.bundle(key, leader, carriages.get(key))) {
                    carriages.put(key, first);
                }
            }
        }
        return leaders;
    }

    /** The same elements, but no group has contents of these names (RFC 8843 §7.2: it has such as are there). */
    static List<Element> without(Set<String> names, List<Element> others) {
        if (names.isEmpty()) {
            return others;
        }
        return others.stream()
                .map(each -> each.is("group", GROUPING) ? without(names, each) : each)
                .filter(each -> !each.is("group", GROUPING) || !each.children().isEmpty())
                .toList();
    }

    private static Element without(Set<String> names, Element group) {
        return new Element(group.name(), group.namespace(), group.attributes(), group.text(), group.children().stream()
                .filter(content -> !names.contains(content.attribute("name")))
                .toList());
    }

    private static List<List<String>> groups(Jingle jingle) {
        return jingle.others().stream()
                .filter(each -> each.is("group", GROUPING) && "BUNDLE".equals(each.attribute("semantics")))
                .map(group -> group.children().stream()
                        .map(content -> content.attribute("name"))
                        .filter(name -> name != null)
                        .toList())
                .toList();
    }
}
