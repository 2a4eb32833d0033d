// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.gateway;

import im.thingle.signaling.disco.CapabilitiesHash;
import im.thingle.signaling.disco.DiscoInfo;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.Requests;
import im.thingle.signaling.xml.Attribute;
import im.thingle.signaling.xml.Element;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What clients say of themselves in the capabilities of their presence (XEP-0115), each looked up once and then known by its
 * hash, in full and cut to what the relay can carry. A lookup whose answer does not have the hash is believed by nobody
 * (§9.3). Confined to its event loop.
 */
final class CapabilitiesCache {
    static final String NAMESPACE = "http://jabber.org/protocol/caps";
    /** A presence is held back for so long at most. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Clients of one user that are looked up at a time, and so can keep nobody else's from it. */
    static final int MOST_OF_AN_ACCOUNT = PresenceRelay.MOST_CLIENTS;

    /** More kinds of clients are somebody's game. */
    private static final int MOST = 2_000;

    /** Clients tell 2,000 to 6,000 characters of themselves; whoever tells more is not remembered. */
    private static final int MOST_CHARACTERS = 32 * 1024;

    /** Room for about a thousand kinds of clients such as there are. */
    static final int MOST_CHARACTERS_IN_ALL = 4 * 1024 * 1024;

    private static final int LONGEST_NODE = 512;

    /** Clients' nodes have 30 to 80 characters. */
    private static final int MOST_CHARACTERS_OF_NODES = 1024 * 1024;

    /** Immutable. */
    private record Lookup(String node, String client) {}

    private final Requests requests;
    private final boolean calls;
    private final Remembered<Element> cutByNode =
            new Remembered<>(MOST, MOST_CHARACTERS_IN_ALL, CapabilitiesCache::characters);
    private final Remembered<String> cutNodes = new Remembered<>(MOST, MOST_CHARACTERS_OF_NODES, String::length);
    /** By whom the client is to be shown to: presence is a state, so that only the last one counts. */
    private final Map<Lookup, Map<String, Consumer<Element>>> waiting = new HashMap<>();
    private final Map<String, Integer> perAccount = new HashMap<>();

    /** @param calls whether the relay carries calls */
    CapabilitiesCache(Requests requests, boolean calls) {
        this.requests = requests;
        this.calls = calls;
    }

    /** What a client tells of itself, cut to what the relay can carry. */
    Element cut(Element query, String node) {
        return Capabilities.cut(query, node, calls);
    }

    /**
     * Finds the capabilities to tell in place of a client's own.
     *
     * @param caps the client's {@code <c/>}
     * @param client who sent it
     * @param asker an address of ours that the client knows
     * @param whenKnown gets the {@code <c/>} to tell, or null if there is none to be had; possibly before the method returns
     */
    void translate(Element caps, String client, String asker, Consumer<Element> whenKnown) {
        String node = caps.attribute("node") + "#" + caps.attribute("ver");
        String cut = cutNodes.get(node);
        if (cut != null && cutByNode.get(cut) != null) {
            whenKnown.accept(caps(cut));
        } else if (!"sha-1".equals(caps.attribute("hash")) || caps.attribute("node") == null || node.length() > LONGEST_NODE) {
            whenKnown.accept(null);
        } else {
            lookUp(caps, new Lookup(node, client), asker, whenKnown);
        }
    }

    /** The answer for a node that {@link #translate} has told of; null if there is none. */
    Element info(String node) {
        return cutByNode.get(node);
    }

    /** Whether the answer behind a {@code <c/>} of ours has this feature. */
    boolean has(Element caps, String feature) {
        Element info = info(caps.attribute("node") + "#" + caps.attribute("ver"));
        return info != null && info.children().stream()
                .anyMatch(each -> each.is("feature", DiscoInfo.NAMESPACE) && feature.equals(each.attribute("var")));
    }

    /** Each client is asked for itself: one that does not answer must not speak for others of its kind. */
    private void lookUp(Element caps, Lookup lookup, String asker, Consumer<Element> whenKnown) {
        Map<String, Consumer<Element>> others = waiting.get(lookup);
        String account = account(lookup.client());
        if (others != null && (others.size() < MOST || others.containsKey(asker))) {
            others.put(asker, whenKnown);
            return;
        }
        if (others != null || waiting.size() >= MOST || perAccount.getOrDefault(account, 0) >= MOST_OF_AN_ACCOUNT) {
            whenKnown.accept(null);
            return;
        }
        perAccount.merge(account, 1, Integer::sum);
        waiting.put(lookup, new LinkedHashMap<>(Map.of(asker, whenKnown)));
        Element query = Element.of("query", DiscoInfo.NAMESPACE).attribute("node", lookup.node()).build();
        requests.ask(Iq.Type.GET, asker, lookup.client(), query, PATIENCE, answer -> {
            perAccount.computeIfPresent(account, (key, count) -> count == 1 ? null : count - 1);
            Element told = learn(caps, lookup.node(), answer);
            waiting.remove(lookup).values().forEach(each -> each.accept(told));
        });
    }

    private Element learn(Element caps, String node, Iq answer) {
        boolean found = answer != null && answer.type() == Iq.Type.RESULT && answer.payload() != null;
        if (!found
                || characters(answer.payload()) > MOST_CHARACTERS
                || !Capabilities.isHashable(answer.payload())
                || !CapabilitiesHash.of(answer.payload()).equals(caps.attribute("ver"))) {
            return null;
        }
        Element cut = cut(Capabilities.hashed(answer.payload()), null);
        String cutNode = caps.attribute("node") + "#" + CapabilitiesHash.of(cut);
        cutByNode.put(cutNode, cut(cut, cutNode));
        cutNodes.put(node, cutNode);
        return caps(cutNode);
    }

    private static String account(String client) {
        int slash = client.indexOf('/');
        return slash < 0 ? client : client.substring(0, slash);
    }

    /** Roughly, with what an element costs by being there. */
    private static int characters(Element element) {
        int sum = 32 + element.text().length();
        for (Attribute attribute : element.attributes()) {
            sum += attribute.name().length() + attribute.value().length();
        }
        for (Element child : element.children()) {
            sum += characters(child);
        }
        return sum;
    }

    private static Element caps(String node) {
        int hash = node.lastIndexOf('#');
        return Element.of("c", NAMESPACE)
                .attribute("hash", "sha-1")
                .attribute("node", node.substring(0, hash))
                .attribute("ver", node.substring(hash + 1))
                .build();
    }
}
