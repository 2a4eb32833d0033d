// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.IqHandler;
import im.thingle.signaling.stanza.IqDispatch;
import im.thingle.signaling.stanza.Jids;
import im.thingle.signaling.stanza.MessageHandler;
import im.thingle.signaling.stanza.Reply;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.stanza.StanzaHandler;
import im.thingle.signaling.xml.Element;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jxmpp.jid.Jid;

/**
 * Brings each IQ request to the handler of its payload and sees to it that it is answered exactly once (RFC 6120
 * §8.2.3). Answers are never answered; messages go to whoever waits for their payload, presence passes by in silence.
 * What is for an account of the component goes to whoever answers for accounts, whatever it is. Confined to its event
 * loop.
 */
final class IqRouter implements IqDispatch, FaultGuard {
    /** Stands in counters for the request where there is none. */
    private static final String OUTCOME = "outcome";

    private static final Runnable NOTHING = () -> { };

    private static final MessageHandler IGNORED = (from, payload) -> { };

    private record Payload(String namespace, String name) {}

    private record Route(String what, IqHandler handler) {}

    private record Accounts(String what, StanzaHandler handler) {}

    private final String domain;
    private final PendingIqs pending;
    private final IqOutput out;
    private final Map<Payload, Route> gets = new HashMap<>();
    private final Map<Payload, Route> sets = new HashMap<>();
    private final Map<Payload, MessageHandler> messages = new HashMap<>();
    private final List<Accounts> accounts = new ArrayList<>();
    /** What is being answered; null: nothing, or what needs no answer. */
    private OneReply working;
    /** What is to be undone if what is done now breaks. */
    private Runnable undo = NOTHING;
    private long ignored;

    /** @param domain the component's prepared JID */
    IqRouter(String domain, PendingIqs pending, IqOutput out) {
        this.domain = domain;
        this.pending = pending;
        this.out = out;
    }

    /** @param what a short fixed word for counters */
    IqRouter onGet(String name, String namespace, String what, IqHandler handler) {
        return put(gets, new Payload(namespace, name), new Route(what, handler));
    }

    /** @param what a short fixed word for counters */
    IqRouter onSet(String name, String namespace, String what, IqHandler handler) {
        return put(sets, new Payload(namespace, name), new Route(what, handler));
    }

    IqRouter onMessage(String name, String namespace, MessageHandler handler) {
        return put(messages, new Payload(namespace, name), handler);
    }

    /**
     * Stanzas to {@code user@domain}, as far as no handler before has taken them; without any, nobody answers there.
     */
    IqRouter onAccounts(String what, StanzaHandler handler) {
        accounts.add(new Accounts(what, handler));
        return this;
    }

    void onStanza(Element stanza) {
        if (stanza.is("iq", Iq.NAMESPACE)) {
            iq(stanza);
        } else if (stanza.attribute("from") != null && isOurs(stanza.attribute("to")) && !isTaken(stanza, null)
                && stanza.is("message", Iq.NAMESPACE)) {
            message(stanza);
        }
    }

    private void iq(Element stanza) {
        Iq iq = Iq.of(stanza);
        if (!isAnswerable(iq)) {
            ignored++;
        } else if (iq.type() == Iq.Type.RESULT || iq.type() == Iq.Type.ERROR) {
            if (!pending.onAnswer(iq)) {
                isTaken(stanza, null);
            }
        } else {
            request(iq, stanza);
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
            refuse(iq, "stanza", StanzaError.POLICY_VIOLATION, why, out::send);
        } else {
            String from = start == null ? null : start.attribute("from");
            out.refused("stanza", StanzaError.POLICY_VIOLATION, from == null ? "" : from, why);
        }
    }

    /** IQs that were not for us, or came without sender or id. */
    long ignored() {
        return ignored;
    }

    private void request(Iq iq, Element stanza) {
        boolean elsewhere = !iq.to().equals(domain) && !Jids.parse(iq.to()).orElseThrow().isDomainBareJid();
        if (!elsewhere || !isWellFormed(iq)) {
            dispatch(iq, out::send);
        } else if (!isTaken(stanza, iq)) {
            refuse(iq, "elsewhere", StanzaError.SERVICE_UNAVAILABLE,
                    "Only " + domain + " itself answers here.", out::send);
        }
    }

    /**
     * Whether the stanza is for an account of ours and somebody who answers for accounts took it.
     *
     * @param request null if it is none
     */
    private boolean isTaken(Element stanza, Iq request) {
        return !accounts.isEmpty()
                && Jids.parse(stanza.attribute("to")).filter(Jid::isEntityJid).isPresent()
                && accounts.stream().anyMatch(each -> isTakenBy(each, stanza, request));
    }

    private boolean isTakenBy(Accounts some, Element stanza, Iq request) {
        OneReply reply = request == null ? null : new OneReply(request, some.what(), out::send);
        boolean[] taken = {true}; // who breaks has taken it
        work(some.what(), reply, NOTHING, () -> taken[0] = some.handler().handle(stanza, reply));
        return taken[0];
    }

    @Override
    public void dispatch(Iq iq, Consumer<Element> send) {
        if (!isWellFormed(iq)) {
            refuse(iq, "malformed", StanzaError.BAD_REQUEST,
                    "An IQ request has type get or set and exactly one child.", send);
            return;
        }
        Payload payload = new Payload(iq.payload().namespace(), iq.payload().name());
        boolean isGet = iq.type() == Iq.Type.GET;
        Route route = (isGet ? gets : sets).get(payload);
        if (route != null) {
            handle(iq, route, send);
        } else if ((isGet ? sets : gets).containsKey(payload)) {
            refuse(iq, "unknown", StanzaError.NOT_ALLOWED,
                    "This can only be asked with type " + (isGet ? "set." : "get."), send);
        } else {
            refuse(iq, "unknown", StanzaError.SERVICE_UNAVAILABLE, "", send);
        }
    }

    private void handle(Iq iq, Route route, Consumer<Element> send) {
        OneReply reply = new OneReply(iq, route.what(), send);
        work(route.what(), reply, NOTHING, () -> route.handler().handle(iq, reply));
    }

    @Override
    public <T> Consumer<T> guarded(Consumer<T> then) {
        String what = working == null ? OUTCOME : working.what;
        OneReply open = working == null || working.given ? null : working; // with an answer it is nothing to be kept
        Runnable scope = undo;
        return outcome -> work(what, open, scope, () -> then.accept(outcome));
    }

    @Override
    public Consumer<Runnable> scoped() {
        Runnable scope = undo;
        return task -> work(OUTCOME, null, scope, task);
    }

    @Override
    public void run(Runnable task) {
        work(OUTCOME, null, NOTHING, task);
    }

    @Override
    public void within(Runnable work, Runnable undo) {
        Runnable before = this.undo;
        this.undo = undo;
        try {
            work.run();
        } catch (RuntimeException fault) {
            undo(undo);
            throw fault;
        } finally {
            this.undo = before;
        }
    }

    /** Does a part of what is to be answered, maybe with more to come later. */
    private void work(String what, OneReply reply, Runnable scope, Runnable part) {
        OneReply before = working;
        working = reply;
        try {
            within(part, scope);
        } catch (RuntimeException fault) {
            broke(what, reply, fault);
        } finally {
            working = before;
        }
    }

    /** Whatever else is broken there. */
    private void undo(Runnable undo) {
        try {
            undo.run();
        } catch (RuntimeException fault) {
            out.bug(OUTCOME, fault);
        }
    }

    private void broke(String what, OneReply reply, RuntimeException fault) {
        if (reply != null && !reply.given) {
            reply.error(StanzaError.INTERNAL_SERVER_ERROR,
                    "Something broke in the proxy; its operator can see it in the log.");
        }
        out.bug(what, fault);
    }

    private void message(Element stanza) {
        if (messages.isEmpty() || "error".equals(stanza.attribute("type"))) {
            return;
        }
        for (Element payload : stanza.children()) {
            MessageHandler handler = messages.getOrDefault(new Payload(payload.namespace(), payload.name()), IGNORED);
            try {
                handler.handle(stanza.attribute("from"), payload);
            } catch (RuntimeException fault) {
                out.bug("message", fault);
            }
        }
    }

    private void refuse(Iq iq, String what, StanzaError condition, String why, Consumer<Element> send) {
        send.accept(iq.error(condition, why));
        out.refused(what, condition, iq.from(), why);
    }

    private static boolean isWellFormed(Iq iq) {
        return iq.isRequest() && iq.payload() != null;
    }

    private <T> IqRouter put(Map<Payload, T> routes, Payload payload, T handler) {
        if (routes.put(payload, handler) != null) {
            throw new IllegalStateException("two handlers for " + payload);
        }
        return this;
    }

    /**
     * Without a sender or an id there is nobody to answer; XEP-0114 §3 has the server send both, and an address of
     * ours.
     */
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
        private final Consumer<Element> send;
        private boolean given;

        OneReply(Iq request, String what, Consumer<Element> send) {
            this.request = request;
            this.what = what;
            this.send = send;
        }

        @Override
        public void result(Element payload) {
            give();
            send.accept(request.result(payload));
            out.answered(what);
        }

        @Override
        public void error(StanzaError condition, Element specific, String why) {
            give();
            send.accept(request.error(condition, specific, why));
            out.refused(what, condition, request.from(), why);
        }

        private void give() {
            if (given) {
                throw new IllegalStateException("a second answer to the " + what + " request " + request.id());
            }
            given = true;
        }
    }
}
