// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.gateway;

import im.thingle.signaling.disco.DiscoItems;
import im.thingle.signaling.jingle.Jingle;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.Jids;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.stanza.Stanzas;
import im.thingle.signaling.xml.Attribute;
import im.thingle.signaling.xml.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jxmpp.jid.Jid;

/**
 * What one party sends, as the other may see it: wherever an attribute names one of the two, it names it as the reader knows it,
 * and what would lead a client past the relay by itself is left out. What is written for people stays as it is. Immutable.
 */
final class Translation {
    /** XEP-0482; its ways into a call are known but for such as have others take part. */
    static final String INVITES = "urn:xmpp:call-invites:0";

    /** XEP-0203 and XEP-0091; COMPAT(ejabberd 23): it tells the sender's full JID there, when it answers a probe. */
    private static final Set<String> DELAYS = Set.of("urn:xmpp:delay", "jabber:x:delay");
    /** XEP-0272, which has clients in a room call each other. */
    private static final Set<String> ROOM_CALLS = Set.of("urn:xmpp:jingle:muji:0", "http://telepathy.freedesktop.org/muji");
    /** RFC 6120 §8.3.3.5, §8.3.3.14: another address to write to. */
    private static final Set<String> ELSEWHERE = Set.of("gone", "redirect");
    private static final String URI = "xmpp:";

    private final Mapping mapping;

    Translation(Mapping mapping) {
        this.mapping = mapping;
    }

    /** A message or presence of this sender, for this recipient. */
    Element stanza(Element stanza, Jid from, Jid to) {
        return Stanzas.readdressed(stanza, mapping.seen(from).toString(), to.toString(),
                child -> payload(child, from, to));
    }

    /** Any part of what this sender sends; empty if the recipient may see nothing of it. */
    Optional<Element> payload(Element element, Jid from, Jid to) {
        if (ROOM_CALLS.contains(element.namespace()) || isStrange(element, from, to)) {
            return Optional.empty();
        }
        boolean elsewhere = element.namespace().equals(StanzaError.NAMESPACE) && ELSEWHERE.contains(element.name());
        Element.Builder copy = Element.of(element.name(), element.namespace()).text(elsewhere ? "" : element.text());
        for (Attribute each : element.attributes()) {
            if (!DELAYS.contains(element.namespace()) || !Stanzas.isAddress(each)) {
                copy.attribute(each.namespace(), each.name(), attribute(each.value(), from, to));
            }
        }
        for (Element child : element.children()) {
            boolean way = element.namespace().equals(INVITES);
            payload(child, from, to).filter(part -> !way || isWay(part)).ifPresent(copy::child);
        }
        Element translated = copy.build();
        return isInvite(element) && translated.children().isEmpty() ? Optional.empty() : Optional.of(translated);
    }

    /** A request of a session; what belongs to its contents is between the parties, untouched (decisions/0013). */
    Iq session(Iq iq, Jid from, Jid to) {
        if (!iq.payload().is("jingle", Jingle.NAMESPACE)) {
            return iq;
        }
        List<Element> children = new ArrayList<>();
        for (Element child : iq.payload().children()) {
            Optional.of(child).filter(each -> each.name().equals("content")).or(() -> payload(child, from, to))
                    .ifPresent(children::add);
        }
        Element jingle = Stanzas.withChildren(iq.payload(), children);
        return new Iq(iq.type(), iq.id(), iq.from(), iq.to(), jingle, iq.namespace());
    }

    /** Whether a stanza asks for a call in a way of XEP-0482. */
    static boolean invites(Element stanza) {
        return stanza.children().stream().anyMatch(Translation::isInvite);
    }

    private static boolean isInvite(Element element) {
        return element.namespace().equals(INVITES) && (element.name().equals("invite") || element.name().equals("accept"));
    }

    private static boolean isWay(Element element) {
        return element.is("jingle", INVITES) || element.is("external", INVITES);
    }

    /** Whether it would have the reader's client turn to somebody else by itself: nobody whose calls or items pass here. */
    private boolean isStrange(Element element, Jid from, Jid to) {
        boolean followed = element.is("item", DiscoItems.NAMESPACE) || element.is("jingle", INVITES);
        String jid = element.attribute("jid");
        return followed && jid != null && known(jid, from, to).isEmpty();
    }

    private String attribute(String value, Jid from, Jid to) {
        if (value.indexOf('@') < 0) {
            return value;
        }
        if (!value.startsWith(URI)) {
            return known(value, from, to).orElse(value);
        }
        int query = value.indexOf('?');
        int end = query < 0 ? value.length() : query;
        return known(value.substring(URI.length(), end), from, to)
                .map(jid -> URI + jid.replace("\\", "%5C") + value.substring(end))
                .orElse(value);
    }

    /** One of the two, as the recipient knows it. */
    private Optional<String> known(String text, Jid from, Jid to) {
        return Jids.parse(text).flatMap(jid -> {
            if (jid.asBareJid().equals(from.asBareJid())) {
                return Optional.of(mapping.seen(jid));
            }
            return mapping.isOurs(jid)
                    ? mapping.real(jid).filter(real -> real.asBareJid().equals(to.asBareJid()))
                    : Optional.empty();
        }).map(Jid::toString);
    }
}
