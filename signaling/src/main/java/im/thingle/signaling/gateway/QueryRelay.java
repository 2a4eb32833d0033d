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
    private final Requests requests;
    private final CapabilitiesCache capabilities;
    private final Map<Jid, Integer> open = new HashMap<>();

    QueryRelay(Mapping mapping, Requests requests, CapabilitiesCache capabilities) {
        this.mapping = mapping;
        this.requests = requests;
        this.capabilities = capabilities;
    }

    void pass(Iq iq, Jid from, Jid to, Reply reply) {
        String node = iq.payload().attribute("node");
        boolean info = iq.type() == Iq.Type.GET && iq.payload().namespace().equals(DiscoInfo.NAMESPACE);
        Element known = info && node != null ? capabilities.info(node) : null;
        Jid account = from.asBareJid();
        if (known != null) {
            reply.result(known);
        } else if (iq.type() != Iq.Type.GET || !PASSED.contains(iq.payload().namespace())) {
            reply.error(StanzaError.SERVICE_UNAVAILABLE, "The gateway does not pass this on.");
        } else if (open.getOrDefault(account, 0) >= MOST_OPEN) {
            reply.error(StanzaError.RESOURCE_CONSTRAINT, "Too many questions are open; wait for their answers.");
        } else {
            open.merge(account, 1, Integer::sum);
            requests.ask(Iq.Type.GET, mapping.seen(from).toString(), to.toString(), iq.payload(), PATIENCE, answer -> {
                open.computeIfPresent(account, (key, count) -> count == 1 ? null : count - 1);
                answer(info, node, answer, reply);
            });
        }
    }

    private void answer(boolean info, String node, Iq answer, Reply reply) {
        if (answer == null) {
            reply.error(StanzaError.REMOTE_SERVER_TIMEOUT, "The other party did not answer in time.");
        } else if (answer.type() == Iq.Type.ERROR) {
            reply.error(StanzaError.of(answer.payload()), "The other party answered with this error.");
        } else if (info && answer.payload() != null) {
            reply.result(capabilities.cut(answer.payload(), node));
        } else {
            reply.result(answer.payload());
        }
    }
}
