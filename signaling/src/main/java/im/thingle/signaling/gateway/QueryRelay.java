// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.gateway;

import im.thingle.signaling.disco.DiscoInfo;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.Reply;
import im.thingle.signaling.stanza.Requests;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jxmpp.jid.Jid;

/**
 * Passes questions on to the other party's client or server: those of which it is known that they tell nobody's address and
 * change nothing. All others get the answer of a client that does not know them. Confined to its event loop.
 */
final class QueryRelay {
    private static final Set<String> PASSED = Set.of(
            DiscoInfo.NAMESPACE,
            "http://jabber.org/protocol/disco#items",
            "http://jabber.org/protocol/pubsub",
            "jabber:iq:last",
            "jabber:iq:version",
            "urn:ietf:params:xml:ns:vcard-4.0",
            "urn:xmpp:bob",
            "urn:xmpp:ping",
            "urn:xmpp:time",
            "vcard-temp");

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Questions of one user that await an answer; more are a flood. */
    private static final int MOST_OPEN = 64;

    private final Mapping mapping;
    private final Translation translation;
    private final Requests requests;
    private final CapabilitiesCache capabilities;
    private final Map<Jid, Integer> open = new HashMap<>();

    QueryRelay(Mapping mapping, Requests requests, CapabilitiesCache capabilities) {
        this.mapping = mapping;
        translation = new Translation(mapping);
        this.requests = requests;
        this.capabilities = capabilities;
    }

    void pass(Iq iq, Jid from, Jid to, Reply reply) {
        String node = iq.payload().attribute("node");
        boolean info = iq.type() == Iq.Type.GET && iq.payload().namespace().equals(DiscoInfo.NAMESPACE);
        Element known = info && node != null ? capabilities.info(node) : null;
        Jid account = from.asBareJid();
        Optional<Element> question = translation.payload(iq.payload(), from, to);
        if (known != null) {
            reply.result(known);
        } else if (iq.type() != Iq.Type.GET || question.isEmpty() || !PASSED.contains(iq.payload().namespace())) {
            reply.error(StanzaError.SERVICE_UNAVAILABLE, "The gateway does not pass this on.");
        } else if (open.getOrDefault(account, 0) >= MOST_OPEN) {
            reply.error(StanzaError.RESOURCE_CONSTRAINT, "Too many questions are open; wait for their answers.");
        } else {
            open.merge(account, 1, Integer::sum);
            requests.ask(Iq.Type.GET, mapping.seen(from).toString(), to.toString(), question.get(), PATIENCE, answer -> {
                open.computeIfPresent(account, (key, count) -> count == 1 ? null : count - 1);
                Element told = translated(answer, to, from);
                answer(answer, told == null || !info ? told : capabilities.cut(told, node), reply);
            });
        }
    }

    private Element translated(Iq answer, Jid from, Jid to) {
        return answer == null || answer.payload() == null ? null : translation.payload(answer.payload(), from, to).orElse(null);
    }

    /** @param told what becomes of the answer's payload; null: there is none */
    private static void answer(Iq answer, Element told, Reply reply) {
        if (answer == null) {
            reply.error(StanzaError.REMOTE_SERVER_TIMEOUT, "The other party did not answer in time.");
        } else if (answer.type() == Iq.Type.ERROR) {
            reply.error(StanzaError.of(answer.payload()), "The other party answered with this error.");
        } else {
            reply.result(told);
        }
    }
}
