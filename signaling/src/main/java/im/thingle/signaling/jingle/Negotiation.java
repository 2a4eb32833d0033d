// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle;

import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.Reply;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an action of one party means for the other (XEP-0166 §7.2): it is acknowledged and told, or, where only the other
 * party's client can say whether it understands, passed on for an answer. Confined to its event loop.
 */
final class Negotiation {
    /** What can be put off until the offer has gone out. */
    private static final int MOST_PUT_OFF = 64;

    private final Broker broker;
    private final Map<Side, Leg> legs;
    private final Contents contents;
    private final List<Runnable> untilOffered = new ArrayList<>();

    Negotiation(Broker broker, Map<Side, Leg> legs, Contents contents) {
        this.broker = broker;
        this.legs = legs;
        this.contents = contents;
    }

    /** The second party has got the offer: what was put off can be told. */
    void offered() {
        untilOffered.forEach(Runnable::run);
        untilOffered.clear();
    }

    /** Nobody waits for ever for an answer to what it has added. */
    void onTick(long now) {
        for (Side by : Side.values()) {
            List<Content.Key> overdue = contents.overdue(by, now);
            if (!overdue.isEmpty() && !broker.isEnded()) {
                Jingle added = Jingle.of(JingleAction.CONTENT_REMOVE, legs.get(by).address().sid(), Content.named(overdue),
                        List.of(Reason.TIMEOUT.element()));
                List<Content> known = contents.known(by.other(), added.contents());
                reject(by, added.contents(), Reason.TIMEOUT);
                tellOf(by.other(), added, known);
                endIfVoid("", added);
            }
        }
    }

    /** Takes an action that fits: it is acknowledged here. */
    void act(Side from, Jingle jingle, Reply reply) {
        if (isForTheOther(jingle.action()) && legs.get(from.other()).isOpen()) {
            pass(from.other(), jingle, reply);
            return;
        }
        reply.result();
        switch (jingle.action()) {
            case SESSION_INITIATE -> throw new IllegalStateException("a leg never admits it");
            case SESSION_ACCEPT, CONTENT_ACCEPT -> accept(from, jingle);
            case SESSION_TERMINATE -> broker.end(Reason.of(jingle.others()), legs.get(from).theirs(), from, jingle.others());
            case CONTENT_ADD -> add(from, jingle);
            case CONTENT_REMOVE, CONTENT_REJECT -> remove(from, jingle);
            case CONTENT_MODIFY, DESCRIPTION_INFO, SECURITY_INFO, SESSION_INFO -> whenOffered(from.other(),
                    () -> tell(from.other(), jingle));
            case TRANSPORT_INFO -> jingle.contents().forEach(each -> contents.carriage(each.key()).info(from, each));
            case TRANSPORT_REPLACE -> jingle.contents().forEach(content -> replace(from, content));
            case TRANSPORT_ACCEPT -> jingle.contents().forEach(content -> {
                contents.replaced(content.key());
                contents.carriage(content.key()).replaced(from, content);
            });
            case TRANSPORT_REJECT -> jingle.contents().forEach(content -> {
                contents.replaced(content.key());
                contents.carriage(content.key()).rejected(from);
            });
        }
    }

    /** Only the other party's client knows whether it understands these, so that the answer is for it to give. */
    private static boolean isForTheOther(JingleAction action) {
        return switch (action) {
            case CONTENT_MODIFY, DESCRIPTION_INFO, SECURITY_INFO, SESSION_INFO -> true;
            default -> false;
        };
    }

    private void pass(Side to, Jingle jingle, Reply reply) {
        if (legs.get(to).isBehind()) {
            reply.error(StanzaError.RESOURCE_CONSTRAINT, "The other party's client has much to answer; wait for it.");
            return;
        }
        legs.get(to).send(jingle.action(), Content.withoutTransport(jingle.contents()), jingle.others(), answer -> {
            if (answer == null) {
                reply.error(StanzaError.REMOTE_SERVER_TIMEOUT, "The other party's client did not answer in time.");
            } else if (answer.type() == Iq.Type.RESULT) {
                reply.result();
            } else {
                reply.error(StanzaError.of(answer.payload()), JingleError.in(answer.payload()),
                        "The other party's client answered with this error.");
            }
            onToldAnswered(to, answer);
        });
    }

    private void accept(Side from, Jingle jingle) {
        boolean wholeSession = jingle.action() == JingleAction.SESSION_ACCEPT;
        Map<Content.Key, Element> refused = new LinkedHashMap<>();
        for (Content content : contents.accepted(jingle)) {
            contents.carriage(content.key()).accepted(from, content).ifPresent(why -> refused.put(content.key(), why));
        }
        if (wholeSession && refused.size() == jingle.contents().size()) {
            List<Element> why = List.of(refused.values().iterator().next());
            broker.end(Reason.of(why), "", null, why);
        }
        if (broker.isEnded()) {
            return;
        }
        if (wholeSession) {
            broker.accepted();
        }
        refused.forEach((content, why) -> refuse(from, content, why, !wholeSession));
        List<Content> agreed = contents.carried(jingle.contents());
        if (!agreed.isEmpty()) {
            agree(from, jingle, agreed);
        }
    }

    /** What one party has offered and the other has accepted cannot be; the rest goes on. */
    private void refuse(Side by, Content.Key content, Element why, boolean added) {
        Jingle removed = Jingle.of(JingleAction.CONTENT_REMOVE, legs.get(by).address().sid(),
                Content.named(List.of(content)), List.of(why));
        contents.remove(content);
        tell(by, removed);
        if (added) { // else the other party sees for itself that it is left out
            tell(by.other(), Jingle.of(JingleAction.CONTENT_REJECT, removed.sid(), removed.contents(), removed.others()));
        }
        endIfVoid("", removed);
    }

    private void agree(Side from, Jingle jingle, List<Content> agreed) {
        Side to = from.other();
        contents.agreed(agreed);
        if (jingle.action() == JingleAction.SESSION_ACCEPT) {
            contents.leftOut().forEach(contents::remove); // which the other party sees for itself
        }
        legs.get(to).send(jingle.action(), contents.withOurs(to, agreed), contents.others(jingle, agreed), answer -> {
            if (!broker.isEnded() && answer != null && answer.type() == Iq.Type.ERROR) {
                broker.fail(Reason.GENERAL_ERROR, "the acceptance was refused");
            }
            onToldAnswered(to, answer);
        });
        Set<Carriage> started = new LinkedHashSet<>();
        agreed.forEach(content -> started.add(contents.carriage(content.key())));
        started.forEach(carriage -> {
            carriage.start(from);
            carriage.start(to);
        });
    }

    private void add(Side from, Jingle jingle) {
        Side to = from.other();
        contents.added(from, jingle.contents());
        contents.offered(jingle);
        broker.prepare(from, jingle.contents(), ready -> {
            if (broker.isEnded()) {
                return;
            }
            if (!ready) {
                reject(from, contents.standing(jingle.contents()), Reason.UNSUPPORTED_TRANSPORTS);
                return;
            }
            whenOffered(to, () -> offer(to, jingle));
        });
    }

    /** Tells of what has been added, if it has not been taken back meanwhile. */
    private void offer(Side to, Jingle added) {
        List<Content> ours = contents.told(to, added.contents());
        if (ours.isEmpty()) {
            return;
        }
        legs.get(to).send(added.action(), ours, contents.others(added, ours), answer -> {
            if (!broker.isEnded() && answer != null && answer.type() == Iq.Type.ERROR) {
                // it has been acknowledged
                reject(to.other(), contents.standing(added.contents()), Reason.GENERAL_ERROR);
            }
            onToldAnswered(to, answer);
        });
    }

    private void reject(Side to, List<Content> rejected, Reason reason) {
        rejected.forEach(content -> contents.remove(content.key()));
        if (!rejected.isEmpty()) {
            legs.get(to).send(JingleAction.CONTENT_REJECT, Content.withoutTransport(rejected), List.of(reason.element()),
                    answer -> {});
        }
    }

    private void remove(Side from, Jingle jingle) {
        tellOf(from.other(), jingle, contents.known(from.other(), jingle.contents()));
        jingle.contents().forEach(content -> contents.remove(content.key()));
        endIfVoid(legs.get(from).theirs(), jingle);
    }

    /** A session without contents is none (XEP-0166 §7.2.4, §7.2.5). */
    private void endIfVoid(String by, Jingle jingle) {
        if (contents.isEmpty()) {
            boolean told = jingle.others().stream().anyMatch(each -> each.is("reason", Jingle.NAMESPACE));
            broker.end(told ? Reason.of(jingle.others()) : Reason.SUCCESS.word(), by, null,
                    told ? jingle.others() : List.of(Reason.SUCCESS.element()));
        }
    }

    private void replace(Side from, Content content) {
        Carriage carriage = contents.carriage(content.key());
        boolean taken = carriage.replace(from, content);
        legs.get(from).send(taken ? JingleAction.TRANSPORT_ACCEPT : JingleAction.TRANSPORT_REJECT,
                List.of(Content.of(content.key(), taken ? carriage.local(from, content.key()) : content.transport())), List.of(),
                answer -> {});
        if (taken && contents.isAgreed(content.key())) {
            carriage.start(from);
        }
    }

    private void whenOffered(Side to, Runnable tell) {
        if (legs.get(to).state() != Leg.State.NEW) {
            tell.run();
        } else if (untilOffered.size() < MOST_PUT_OFF) {
            untilOffered.add(tell);
        }
    }

    /** Passes an action on as it is, but for transports, which are nobody else's business. */
    private void tell(Side to, Jingle jingle) {
        legs.get(to).send(jingle.action(), Content.withoutTransport(jingle.contents()), jingle.others(),
                answer -> onToldAnswered(to, answer));
    }

    /** The same of some contents only, and nothing of none. */
    private void tellOf(Side to, Jingle jingle, List<Content> known) {
        if (!known.isEmpty()) {
            tell(to, Jingle.of(jingle.action(), jingle.sid(), known, jingle.others()));
        }
    }

    /** What a party thinks of what it was told matters only if it knows no such session, or does not answer at all. */
    void onToldAnswered(Side by, Iq answer) {
        if (broker.isEnded()) {
            return;
        }
        if (answer == null && broker.isLinked()) {
            broker.fail(Reason.TIMEOUT, "a client does not answer");
        } else if (answer != null && answer.type() == Iq.Type.ERROR && JingleError.UNKNOWN_SESSION.isIn(answer.payload())) {
            legs.get(by).move(Leg.State.ENDED);
            broker.fail(Reason.GONE, "a client has forgotten the session");
        }
    }
}
