// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.echo;

import im.thingle.signaling.port.ContactsPort;
import im.thingle.signaling.stanza.Admission;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.RequestBudget;
import im.thingle.signaling.stanza.Requests;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jxmpp.jid.Jid;

/**
 * The account's presence (RFC 6121 §3, §4): whoever may use the component may see it. Its subscribers are contacts like
 * any other, so that they see it again after a restart. Confined to its event loop.
 */
final class EchoPresence {
    /** Clients that showed themselves are answered once: two accounts such as this would never come to an end. */
    static final int MOST_SEEN = 10_000;

    /** More than any client makes, and each is written to a disk; who unsubscribes is never refused. */
    static final int SUBSCRIPTIONS_PER_MINUTE = 60;

    private final String bare;
    private final String full;
    private final Element capabilities;
    private final Admission admission;
    private final ContactsPort contacts;
    private final Requests requests;
    private final LongSupplier nanoTime;
    private final RequestBudget subscriptions = new RequestBudget(SUBSCRIPTIONS_PER_MINUTE);
    private final Map<String, Boolean> seen = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MOST_SEEN;
        }
    };

    /** @param us our full JID */
    EchoPresence(Jid us, Element capabilities, Admission admission, ContactsPort contacts, Requests requests,
            LongSupplier nanoTime) {
        bare = us.asBareJid().toString();
        full = us.toString();
        this.capabilities = capabilities;
        this.admission = admission;
        this.contacts = contacts;
        this.requests = requests;
        this.nanoTime = nanoTime;
    }

    void onPresence(Element presence, Jid from) {
        String type = presence.attribute("type");
        String user = from.asBareJid().toString();
        if ("subscribe".equals(type) && !subscriptions.take(user, nanoTime.getAsLong())) {
            requests.refuse(EchoService.LOCALPART, presence, StanzaError.RESOURCE_CONSTRAINT,
                    "You subscribe too often; try again in a minute.");
        } else {
            onPresence(type, from, user);
        }
    }

    private void onPresence(String type, Jid from, String user) {
        boolean permitted = admission.permits(user);
        switch (type) {
            case null -> {
                if (permitted && seen.put(from.toString(), true) == null) {
                    send(available(from.toString()));
                }
            }
            case "unavailable" -> seen.remove(from.toString());
            case "subscribe" -> {
                boolean added = permitted && contacts.add(user, bare) != ContactsPort.Added.LIMITED;
                send(plain(added ? "subscribed" : "unsubscribed", bare, user));
                if (added) {
                    send(available(user));
                }
            }
            case "unsubscribe" -> {
                contacts.remove(user, bare);
                send(plain("unsubscribed", bare, user));
                send(plain("unavailable", full, user));
            }
            case "probe" -> send(permitted ? available(from.toString()) : plain("unsubscribed", bare, user));
            default -> { } // answers to what we never ask, and errors
        }
    }

    void onLinkUp() {
        toSubscribers(true);
    }

    void onLeaving() {
        toSubscribers(false);
        seen.clear();
    }

    void onLinkDown() {
        seen.clear();
    }

    private void toSubscribers(boolean there) {
        for (ContactsPort.Contact contact : contacts.all()) {
            if (contact.other().equals(bare)) {
                send(there ? available(contact.owner()) : plain("unavailable", full, contact.owner()));
            }
        }
    }

    private Element available(String to) {
        return Element.of("presence", Iq.NAMESPACE)
                .attribute("from", full)
                .attribute("to", to)
                .child(Element.of("status", Iq.NAMESPACE).text("Send me a file, and you get it back."))
                .child(capabilities)
                .build();
    }

    private static Element plain(String type, String from, String to) {
        return Element.of("presence", Iq.NAMESPACE)
                .attribute("type", type)
                .attribute("from", from)
                .attribute("to", to)
                .build();
    }

    private void send(Element presence) {
        requests.send(presence);
    }
}
