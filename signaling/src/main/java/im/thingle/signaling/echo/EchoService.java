// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.echo;

import im.thingle.signaling.disco.DiscoItems;
import im.thingle.signaling.jingle.JingleSessions;
import im.thingle.signaling.jingle.Wire;
import im.thingle.signaling.port.AccessPort;
import im.thingle.signaling.port.BrokerEvents;
import im.thingle.signaling.port.ContactsPort;
import im.thingle.signaling.port.EchoLimits;
import im.thingle.signaling.port.MirrorPort;
import im.thingle.signaling.port.StreamsPort;
import im.thingle.signaling.stanza.Admission;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.Jids;
import im.thingle.signaling.stanza.Reply;
import im.thingle.signaling.stanza.Requests;
import im.thingle.signaling.stanza.Routes;
import im.thingle.signaling.stanza.Service;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.stanza.StanzaHandler;
import im.thingle.signaling.xml.Element;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jxmpp.jid.Jid;

/**
 * The account {@code echo} of the component: people send it a file to see whether files get through, and how. It accepts
 * any (XEP-0234), says in a message what came and over which route, and offers it back. Confined to its event loop.
 */
public final class EchoService implements Service, StanzaHandler {
    static final String LOCALPART = "echo";
    private static final String RESOURCE = "thingle";
    /** For a client to acknowledge. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /**
     * What it works with. Immutable.
     *
     * @param contacts the account's subscribers are among them
     * @param mirrors empty: calls are turned down
     * @param draining whether no new session is to begin
     */
    public record Means(AccessPort access, ContactsPort contacts, StreamsPort streams,
            Optional<MirrorPort> mirrors, BrokerEvents events, EchoLimits limits, BooleanSupplier draining) {}

    private final Jid us;
    private final Admission admission;
    private final Requests requests;
    private final EchoQueries queries;
    private final EchoPresence presence;
    private final EchoMessages messages;
    private final EchoSessions sessions;

    /**
     * @param component its prepared domain
     * @param ids makes ids of sessions and messages, which nobody can guess
     */
    public EchoService(String component, String softwareVersion, Means means, Requests requests, Supplier<String> ids,
            LongSupplier nanoTime) {
        us = Jids.parse(LOCALPART + "@" + component + "/" + RESOURCE).orElseThrow();
        admission = new Admission(means.access(), component);
        this.requests = requests;
        Letters letters = new Letters(us.toString(), requests, ids);
        queries = new EchoQueries(softwareVersion, means.mirrors().isPresent());
        presence = new EchoPresence(us, queries.capabilities(), admission, means.contacts(), requests, nanoTime);
        Proposals proposals = new Proposals();
        messages = new EchoMessages(letters, means.mirrors().isPresent(), proposals, nanoTime);
        sessions = new EchoSessions(letters, Wire.over(requests, PATIENCE), means, proposals, nanoTime);
    }

    @Override
    public List<String> features() {
        return List.of();
    }

    /** What is for the account is known by its address; that it is there, can be discovered. */
    @Override
    public void route(Routes routes) {
        Element item = Element.of("item", DiscoItems.NAMESPACE)
                .attribute("jid", us.asBareJid().toString())
                .attribute("name", "Thingle echo")
                .build();
        routes.onAccounts(LOCALPART, this).items(iq -> List.of(item));
    }

    @Override
    public void onTick(long nowNanos) {
        sessions.onTick(nowNanos);
    }

    @Override
    public void onLinkUp() {
        sessions.onLinkUp();
        presence.onLinkUp();
    }

    @Override
    public void onLeaving() {
        sessions.close();
        presence.onLeaving();
    }

    @Override
    public void onLinkDown() {
        sessions.onLinkLost();
        presence.onLinkDown();
    }

    /** @return false for any account but this */
    @Override
    public boolean handle(Element stanza, Reply reply) {
        Optional<Jid> to = Jids.parse(stanza.attribute("to")).filter(jid -> jid.asBareJid().equals(us.asBareJid()));
        if (to.isEmpty()) {
            return false;
        }
        Optional<Jid> from = Jids.parse(stanza.attribute("from"));
        switch (stanza.name()) {
            case "presence" -> from.ifPresent(sender -> onPresence(stanza, sender));
            case "message" -> from.ifPresent(sender -> onMessage(stanza, sender));
            default -> {
                if (reply != null) {
                    onRequest(Iq.of(stanza), to.get(), reply);
                }
            }
        }
        return true;
    }

    EchoSessions sessions() {
        return sessions;
    }

    private void onRequest(Iq iq, Jid to, Reply reply) {
        boolean elsewhere = to.getResourceOrNull() != null && !to.equals(us);
        if (elsewhere) {
            reply.error(StanzaError.SERVICE_UNAVAILABLE, "I am there as " + us + " only.");
        } else if (JingleSessions.concerns(iq)) {
            admission.admit(iq, reply).ifPresent(sender -> sessions.onIq(iq, sender, to, reply));
        } else if (iq.type() == Iq.Type.GET) {
            queries.onGet(iq, reply);
        } else {
            reply.error(StanzaError.SERVICE_UNAVAILABLE, "I know nothing of this.");
        }
    }

    private void onPresence(Element stanza, Jid from) {
        if ("unavailable".equals(stanza.attribute("type"))) {
            sessions.onUnavailable(from);
        }
        presence.onPresence(stanza, from);
    }

    private void onMessage(Element message, Jid from) {
        if ("error".equals(message.attribute("type"))) {
            return;
        }
        if (admission.permits(from.asBareJid().toString())) {
            messages.onMessage(message, from);
        } else {
            requests.refuse(LOCALPART, message, StanzaError.FORBIDDEN,
                    "You may not use this service; ask its operator, or use that of your own server.");
        }
    }
}
