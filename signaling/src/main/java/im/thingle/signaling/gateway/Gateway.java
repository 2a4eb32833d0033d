// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.gateway;

import im.thingle.signaling.jingle.JingleSessions;
import im.thingle.signaling.port.AccessPort;
import im.thingle.signaling.port.ContactsPort;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.Jids;
import im.thingle.signaling.stanza.Reply;
import im.thingle.signaling.stanza.RequestBudget;
import im.thingle.signaling.stanza.Requests;
import im.thingle.signaling.stanza.Routes;
import im.thingle.signaling.stanza.Service;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.stanza.StanzaHandler;
import im.thingle.signaling.xml.Element;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jxmpp.jid.Jid;

/**
 * Contacts of any server under addresses of ours (XEP-0106): whatever one party sends to such an address reaches the other
 * from an address of the same kind, so that neither learns more of the other than its name. Sessions are brokered, a few
 * questions are passed on, messages and presence are all passed on. Confined to its event loop.
 */
public final class Gateway implements Service, StanzaHandler {
    /** Contacts that one account makes or ends: more than any client does, and each is written to a disk. */
    static final int CHANGES_PER_MINUTE = 600;

    /** Its name in logs. */
    private static final String WORD = "gateway";
    private static final String ESCAPING = "jid\\20escaping";

    private final String component;
    private final Mapping mapping;
    private final Translation translation;
    private final AccessPort access;
    private final ContactsPort contacts;
    private final JingleSessions sessions;
    private final Requests requests;
    private final PresenceRelay presences;
    private final QueryRelay queries;
    private final RequestBudget changes = new RequestBudget(CHANGES_PER_MINUTE);
    private final LongSupplier nanoTime;

    /** @param sessions made with the same mapping */
    public Gateway(Mapping mapping, AccessPort access, ContactsPort contacts, JingleSessions sessions, Requests requests,
            LongSupplier nanoTime) {
        component = mapping.component();
        this.nanoTime = nanoTime;
        this.mapping = mapping;
        translation = new Translation(mapping);
        this.access = access;
        this.contacts = contacts;
        this.sessions = sessions;
        this.requests = requests;
        CapabilitiesCache capabilities = new CapabilitiesCache(requests, sessions.carriesCalls());
        presences = new PresenceRelay(mapping, requests, capabilities, contacts, sessions);
        queries = new QueryRelay(mapping, requests, capabilities);
        sessions.ask(presences::tells);
    }

    /** The address of a prepared bare JID as others see it. */
    static String seen(Mapping mapping, String bare) {
        return mapping.seen(Jids.parse(bare).orElseThrow()).toString();
    }

    @Override
    public List<String> features() {
        return List.of(ESCAPING);
    }

    /** What is for the gateway is known by its address, not by its payload. */
    @Override
    public void route(Routes routes) {
        routes.onAccounts(WORD, this);
    }

    @Override
    public void onTick(long nowNanos) {
        sessions.onTick(nowNanos);
        presences.onTick();
    }

    @Override
    public void onLinkUp() {
        sessions.onLinkUp();
        presences.onLinkUp();
    }

    @Override
    public void onLeaving() {
        sessions.close();
    }

    @Override
    public void onLinkDown() {
        presences.onLinkDown();
        sessions.onLinkLost();
    }

    /** Whatever the spelling of its addresses, a stanza goes on with prepared ones, and everything kept here has those. */
    @Override
    public boolean handle(Element stanza, Reply reply) {
        if (stanza.name().equals("iq") && reply == null) {
            return true; // an answer that nobody waits for
        }
        Optional<Jid> from = Jids.parse(stanza.attribute("from"));
        Optional<Jid> to = Jids.parse(stanza.attribute("to")).flatMap(mapping::real);
        if (from.isEmpty() || to.isEmpty()) {
            refuse(stanza, reply, StanzaError.ITEM_NOT_FOUND, "Contacts have addresses such as bob\\40example.net@" + component);
        } else if (mapping.isOurs(from.get()) || mapping.isOurs(to.get()) || !mapping.fits(from.get())) {
            refuse(stanza, reply, StanzaError.NOT_ACCEPTABLE, "This address would lead in a circle, or is none of a user's.");
        } else {
            admit(stanza, from.get(), to.get(), reply);
        }
        return true;
    }

    private void admit(Element stanza, Jid from, Jid to, Reply reply) {
        String sender = from.asBareJid().toString();
        String other = to.asBareJid().toString();
        boolean permitted = access.permits(sender, component);
        if (contacts.contains(sender, other) && (permitted || access.permits(other, component))) {
            pass(stanza, from, to, reply);
        } else if (isParting(stanza)) {
            // there is nothing to part from; of one contact more the other party hears nothing, of one less it does
            if (permitted && !"unavailable".equals(stanza.attribute("type")) && mayChange(sender)) {
                presences.pass(stanza, from, to);
            }
        } else if (!permitted || "error".equals(stanza.attribute("type"))) {
            refuse(stanza, reply, StanzaError.FORBIDDEN,
                    "You may not write to contacts through this gateway before they write to you.");
        } else if (!mayChange(sender)) {
            refuse(stanza, reply, StanzaError.RESOURCE_CONSTRAINT, "Your contacts change too fast; try again in a minute.");
        } else if (contacts.add(sender, other) == ContactsPort.Added.LIMITED) {
            refuse(stanza, reply, StanzaError.RESOURCE_CONSTRAINT,
                    "You have as many contacts behind this gateway as you may have.");
        } else {
            pass(stanza, from, to, reply);
        }
    }

    private boolean mayChange(String account) {
        return changes.take(account, nanoTime.getAsLong());
    }

    /** What ends acquaintances must not begin any, nor be answered. */
    private static boolean isParting(Element stanza) {
        return stanza.name().equals("presence") && switch (stanza.attribute("type")) {
            case "unavailable", "unsubscribe", "unsubscribed" -> true;
            case null, default -> false;
        };
    }

    private void pass(Element stanza, Jid from, Jid to, Reply reply) {
        switch (stanza.name()) {
            case "presence" -> {
                presences.pass(stanza, from, to);
                String sender = from.asBareJid().toString();
                // an outsider cannot undo what a user of ours has begun
                if ("unsubscribe".equals(stanza.attribute("type")) && access.permits(sender, component)) {
                    contacts.remove(sender, to.asBareJid().toString());
                    sessions.part(from, to);
                    presences.part(from, to);
                }
            }
            case "message" -> message(stanza, from, to);
            default -> {
                Iq iq = Iq.of(stanza);
                if (JingleSessions.concerns(iq)) {
                    sessions.onIq(translation.session(iq, from, to), from, to, reply);
                } else {
                    queries.pass(iq, from, to, reply);
                }
            }
        }
    }

    /** What is for many is for rooms (RFC 6121 §8.5.2.1.1), and they are no contacts. */
    private void message(Element message, Jid from, Jid to) {
        Element translated = translation.stanza(message, from, to);
        if ("groupchat".equals(message.attribute("type"))) {
            refuse(message, null, StanzaError.SERVICE_UNAVAILABLE, "Rooms cannot be reached through this gateway.");
        } else if (Translation.invites(message) && !Translation.invites(translated)) {
            refuse(message, null, StanzaError.NOT_ACCEPTABLE, "A call of this kind would lead past the gateway.");
        } else {
            requests.send(translated);
        }
    }

    /** Errors are answered by nobody, or two gateways would never come to an end. */
    private void refuse(Element stanza, Reply reply, StanzaError condition, String why) {
        if (reply != null) {
            reply.error(condition, why);
        } else if (!"error".equals(stanza.attribute("type")) && !isParting(stanza)) {
            requests.refuse(WORD, stanza, condition, why);
        }
    }
}
