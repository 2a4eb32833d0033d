// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.gateway;

import im.thingle.signaling.jingle.JingleSessions;
import im.thingle.signaling.port.ContactsPort;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.Jids;
import im.thingle.signaling.stanza.Requests;
import im.thingle.signaling.stanza.Stanzas;
import im.thingle.signaling.xml.Element;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jxmpp.jid.Jid;

/**
 * Passes presence on between two parties (RFC 6121 §3, §4): each has the other in its contact list under the address that
 * the component gives it. The servers keep the subscriptions; all that is kept here is what has to be taken back when the
 * component leaves. Confined to its event loop.
 */
final class PresenceRelay {
    /** More clients of one user at a time are somebody's game: they are shown to nobody. */
    static final int MOST_CLIENTS = 32;
    /** Contacts that are asked for their presence at a time, when the link is new. */
    static final int PROBED_AT_ONCE = 100;

    private static final String CAPS_2 = "urn:xmpp:caps";

    /** Bare JIDs: {@code to} sees {@code from}. Immutable. */
    private record Way(String from, String to) {}

    /** One client, as the other party sees it, or will when its capabilities are known. Confined to its event loop. */
    private static final class Shown {
        private Element held;
        /** The capabilities that were told; null: none. */
        private Element caps;
        private boolean told;
    }

    private final Mapping mapping;
    private final Translation translation;
    private final Requests requests;
    private final CapabilitiesCache capabilities;
    private final ContactsPort contacts;
    private final JingleSessions sessions;
    private final Map<Way, Map<String, Shown>> shown = new HashMap<>();
    private final Deque<ContactsPort.Contact> unprobed = new ArrayDeque<>();

    PresenceRelay(Mapping mapping, Requests requests, CapabilitiesCache capabilities, ContactsPort contacts,
            JingleSessions sessions) {
        this.mapping = mapping;
        translation = new Translation(mapping);
        this.requests = requests;
        this.capabilities = capabilities;
        this.contacts = contacts;
        this.sessions = sessions;
    }

    /** Passes on presence of two parties that know each other. */
    void pass(Element presence, Jid from, Jid to) {
        String type = presence.attribute("type");
        String seen = mapping.seen(from).toString();
        Element translated = translation.stanza(presence, from, to);
        if (type == null) {
            available(translated, from, to, seen);
            return;
        }
        if (type.equals("unavailable")) {
            forget(new Way(bare(from), bare(to)), seen);
            sessions.onUnavailable(from, to);
        }
        requests.send(translated);
    }

    /** The two do not know each other any more, and so are offline to each other. */
    void part(Jid one, Jid other) {
        hide(new Way(bare(one), bare(other)));
        hide(new Way(bare(other), bare(one)));
    }

    /** The component has come: whoever is there shows itself to the others again. */
    void onLinkUp() {
        unprobed.clear();
        contacts.all().stream().filter(contact -> !isOurs(contact.other())).forEach(unprobed::add);
        probeSome();
    }

    void onTick() {
        probeSome();
    }

    /** The component leaves: nobody can be reached through it. While there is no link, this is said to nobody. */
    void onLinkDown() {
        unprobed.clear();
        List.copyOf(shown.keySet()).forEach(this::hide);
    }

    /** Whether the capabilities with which a client has shown itself to the other account have this feature. */
    boolean tells(Jid client, Jid account, String feature) {
        Shown known = shown.getOrDefault(new Way(bare(client), bare(account)), Map.of()).get(mapping.seen(client).toString());
        return known != null && known.caps != null && capabilities.has(known.caps, feature);
    }

    /** Those whose presence somebody has been told. */
    int told() {
        return shown.values().stream().mapToInt(Map::size).sum();
    }

    /** Accounts of the component itself are no contacts behind it, and answer for themselves. */
    private boolean isOurs(String bare) {
        return Jids.parse(bare).filter(mapping::isOurs).isPresent();
    }

    private void probeSome() {
        for (int i = 0; i < PROBED_AT_ONCE && !unprobed.isEmpty(); i++) {
            ContactsPort.Contact contact = unprobed.poll();
            probe(contact.owner(), contact.other());
            probe(contact.other(), contact.owner());
        }
    }

    private void probe(String asker, String asked) {
        requests.send(presence("probe", Gateway.seen(mapping, asker), asked));
    }

    private void available(Element presence, Jid from, Jid to, String seen) {
        Map<String, Shown> clients = shown.computeIfAbsent(new Way(bare(from), bare(to)), way -> new HashMap<>());
        if (!clients.containsKey(seen) && clients.size() >= MOST_CLIENTS) {
            return;
        }
        sessions.onAvailable(from, to);
        Shown client = clients.computeIfAbsent(seen, key -> new Shown());
        Element caps = presence.child("c", CapabilitiesCache.NAMESPACE);
        // one that is held back is overtaken by the next: presence is a state
        client.held = presence;
        if (caps == null) {
            tell(client, presence, null);
        } else {
            capabilities.translate(caps, from.toString(), mapping.seen(to.asBareJid()).toString(),
                    cut -> tell(client, presence, cut));
        }
    }

    private void tell(Shown client, Element presence, Element caps) {
        if (client.held == presence) {
            client.held = null;
            client.told = true;
            client.caps = caps;
            requests.send(withCaps(presence, caps));
        }
    }

    private void forget(Way way, String seen) {
        Map<String, Shown> clients = shown.get(way);
        if (clients != null) {
            Shown client = clients.remove(seen);
            if (client != null) {
                client.held = null;
            }
            if (clients.isEmpty()) {
                shown.remove(way);
            }
        }
    }

    private void hide(Way way) {
        Map<String, Shown> clients = shown.remove(way);
        if (clients != null) {
            clients.forEach((seen, client) -> {
                client.held = null;
                if (client.told) {
                    requests.send(presence("unavailable", seen, way.to()));
                }
            });
        }
    }

    private static String bare(Jid jid) {
        return jid.asBareJid().toString();
    }

    private static Element presence(String type, String from, String to) {
        return Element.of("presence", Iq.NAMESPACE)
                .attribute("type", type)
                .attribute("from", from)
                .attribute("to", to)
                .build();
    }

    /** XEP-0390 would tell the capabilities in full, too. */
    private static Element withCaps(Element presence, Element caps) {
        List<Element> children = new ArrayList<>();
        for (Element child : presence.children()) {
            if (!child.is("c", CapabilitiesCache.NAMESPACE) && !child.is("c", CAPS_2)) {
                children.add(child);
            }
        }
        if (caps != null) {
            children.add(caps);
        }
        return Stanzas.withChildren(presence, children);
    }
}
