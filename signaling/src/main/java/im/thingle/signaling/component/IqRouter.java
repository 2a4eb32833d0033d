// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.IqHandler;
import im.thingle.signaling.stanza.Jids;
import im.thingle.signaling.stanza.Reply;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;
import java.util.HashMap;
import java.util.Map;

/**
 * Brings each IQ request to the handler of its payload and sees to it that it is answered exactly once (RFC 6120 §8.2.3).
 * Answers are never answered; messages and presence pass by in silence. Confined to its event loop.
 */
final class IqRouter {
    private record Payload(String namespace, String name) {}

    private record Route(String what, IqHandler handler) {}

    private final String domain;
    private final PendingIqs pending;
    private final IqOutput out;
    private final Map<Payload, Route> gets = new HashMap<>();
    private final Map<Payload, Route> sets = new HashMap<>();
    private long ignored;

    /** @param domain the component's prepared JID */
    IqRouter(String domain, PendingIqs pending, IqOutput out) {
        this.domain = domain;
        this.pending = pending;
        this.out = out;
    }

    /** @param what a short fixed word for counters */
    IqRouter onGet(String name, String namespace, String what, IqHandler handler) {
        gets.put(new Payload(namespace, name), new Route(what, handler));
        return this;
    }

    /** @param what a short fixed word for counters */
    IqRouter onSet(String name, String namespace, String what, IqHandler handler) {
        sets.put(new Payload(namespace, name), new Route(what, handler));
        return this;
    }

    void onStanza(Element stanza) {
        if (!stanza.is("iq", Iq.NAMESPACE)) {
            return;
        }
        Iq iq = Iq.of(stanza);
        if (!isAnswerable(iq)) {
            ignored++;
        } else if (iq.type() == Iq.Type.RESULT || iq.type() == Iq.Type.ERROR) {
            pending.onAnswer(iq);
        } else {
            request(iq);
        }
    }

    /**
     * A stanza was dropped on the way in; a request is answered all the same (RFC 6120 §8.3.3.12).
     *
     * @param start its start tag, or null if that could not be kept
     */
    void onRefused(Element start, String why) {
        Iq iq = start != null && start.is("iq", Iq.NAMESPACE) ? Iq.of(start) : null;
        if (iq != null && iq.isRequest() && isAnswerable(iq)) {
            refuse(iq, "stanza", StanzaError.POLICY_VIOLATION, why);
        } else {
            String from = start == null ? null : start.attribute("from");
            out.refused("stanza", StanzaError.POLICY_VIOLATION, from == null ? "" : from, why);
        }
    }

    /** IQs that were not for us, or came without sender or id. */
    long ignored() {
        return ignored;
    }

    private void request(Iq iq) {
        if (!iq.isRequest() || iq.payload() == null) {
            refuse(iq, "malformed", StanzaError.BAD_REQUEST, "An IQ request has type get or set and exactly one child.");
            return;
        }
        if (!iq.to().equals(domain) && !Jids.parse(iq.to()).orElseThrow().isDomainBareJid()) {
            refuse(iq, "elsewhere", StanzaError.SERVICE_UNAVAILABLE, "Only " + domain + " itself answers here.");
            return;
        }
        Payload payload = new Payload(iq.payload().namespace(), iq.payload().name());
        boolean isGet = iq.type() == Iq.Type.GET;
        Route route = (isGet ? gets : sets).get(payload);
        if (route != null) {
            handle(iq, route);
        } else if ((isGet ? sets : gets).containsKey(payload)) {
            refuse(iq, "unknown", StanzaError.NOT_ALLOWED, "This can only be asked with type " + (isGet ? "set." : "get."));
        } else {
            refuse(iq, "unknown", StanzaError.SERVICE_UNAVAILABLE, "");
        }
    }

    private void handle(Iq iq, Route route) {
        OneReply reply = new OneReply(iq, route.what());
        try {
            route.handler().handle(iq, reply);
        } catch (RuntimeException fault) {
            if (!reply.given) {
                reply.error(StanzaError.INTERNAL_SERVER_ERROR, "Something broke in the proxy; its operator can see it in the log.");
            }
            out.bug(route.what(), fault);
        }
    }

    private void refuse(Iq iq, String what, StanzaError condition, String why) {
        out.send(iq.error(condition, why));
        out.refused(what, condition, iq.from(), why);
    }

    /** Without a sender or an id there is nobody to answer; XEP-0114 §3 has the server send both, and an address of ours. */
    private boolean isAnswerable(Iq iq) {
        return iq.from() != null && iq.id() != null && isOurs(iq.to());
    }

    private boolean isOurs(String to) {
        return domain.equals(to)
                || Jids.parse(to).filter(jid -> jid.getDomain().toString().equals(domain)).isPresent();
    }

    private final class OneReply implements Reply {
        private final Iq request;
        private final String what;
        private boolean given;

        OneReply(Iq request, String what) {
            this.request = request;
            this.what = what;
        }

        @Override
        public void result(Element payload) {
            give();
            out.send(request.result(payload));
            out.answered(what);
        }

        @Override
        public void error(StanzaError condition, String why) {
            give();
            refuse(request, what, condition, why);
        }

        private void give() {
            if (given) {
                throw new IllegalStateException("a second answer to the " + what + " request " + request.id());
            }
            given = true;
        }
    }
}
