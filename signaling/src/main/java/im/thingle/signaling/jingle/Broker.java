// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle;

import im.thingle.signaling.port.BrokerEvents;
import im.thingle.signaling.port.BrokeredSession;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.Reply;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One session between two parties that each believe to have it with the other: the responder to the first, the initiator to
 * the second (XEP-0166). Every action is acknowledged on its own leg and then told on the other; descriptions, security,
 * names and reasons are passed on as they are, transports end here. Confined to its event loop.
 */
final class Broker {
    /** Whoever keeps the sessions. */
    interface Owner {
        /** A carriage for a new content; null if there is none for its transport. May be one that there is already. */
        Carriage carriage(Broker broker, Content content, Carriage.Output out);

        /** Nothing is left of it. */
        void over(Broker broker);
    }

    /** A client that vanished may be back by then (XEP-0166 §6.7). */
    private static final Duration VANISHED = Duration.ofSeconds(10);
    /** All has been carried: by then somebody says good-bye, or adds another content. */
    private static final Duration IDLE = Duration.ofMinutes(5);

    /** What broke may have nobody left who says that nothing is left of it. */
    private static final Duration BROKEN = Duration.ofSeconds(10);

    private final BrokeredSession session;
    private final Map<Side, Leg> legs;
    private final Owner owner;
    private final BrokerEvents events;
    private final Contents contents;
    private final Negotiation negotiation;
    private final Set<String> applications = new LinkedHashSet<>();
    private final Map<Side, Patience> vanished = new EnumMap<>(Side.class);
    private final Patience ring;
    private final Patience broken = new Patience(BROKEN);
    private final Patience idle = new Patience(IDLE);
    private boolean linked = true;
    private long bytes;
    private int carrying;
    private String reason;
    private String endedBy;
    private boolean hasBroken;
    private boolean over;

    Broker(BrokeredSession session, Map<Side, Leg> legs, Owner owner, BrokerEvents events, Duration ring) {
        this.session = session;
        this.legs = legs;
        this.owner = owner;
        this.events = events;
        this.ring = new Patience(ring);
        contents = new Contents(ring);
        negotiation = new Negotiation(this, legs, contents);
    }

    Map<Side, Leg> legs() {
        return legs;
    }

    BrokeredSession session() {
        return session;
    }

    /** What carries its contents. */
    Set<Carriage> carriages() {
        return contents.all();
    }

    /** Takes the first party's offer, which has been acknowledged. */
    void initiate(Jingle offer) {
        legs.get(Side.FIRST).move(Leg.State.PENDING);
        applications.addAll(offer.applications());
        contents.offered(offer);
        ring.start();
        events.started(session, () -> fail(Reason.GONE, "the relay's operator has ended it"));
        prepare(Side.FIRST, offer.contents(), ready -> {
            if (isEnded()) {
                return;
            }
            if (!ready) {
                fail(Reason.UNSUPPORTED_TRANSPORTS, "the relay has no such transport");
                return;
            }
            Leg second = legs.get(Side.SECOND);
            second.move(Leg.State.PENDING);
            List<Content> told = contents.told(Side.SECOND, offer.contents());
            second.send(JingleAction.SESSION_INITIATE, told, contents.others(offer, told), this::onOfferAnswered);
            negotiation.offered();
        });
    }

    /** Whether this and an offer of the other party's are the same wish at the same time (XEP-0166 §7.2.16). */
    boolean isCrossedBy(String initiator, String responder, Jingle offer) {
        return session.initiator().equals(responder)
                && session.responder().equals(initiator)
                && legs.get(Side.SECOND).awaits(JingleAction.SESSION_INITIATE)
                && applications.equals(offer.applications())
                && applications.stream().noneMatch(each -> each.startsWith(Jingle.FILES)); // two files are two wishes
    }

    /** Takes any later action of a party. */
    void onJingle(Side from, Jingle jingle, Reply reply) {
        vanished.remove(from);
        Leg leg = legs.get(from);
        if (!leg.isOpen()) {
            JingleError.UNKNOWN_SESSION.answer(reply);
        } else if (!leg.admits(jingle.action())) {
            JingleError.OUT_OF_ORDER.answer(reply);
        } else if (!contents.know(jingle)) {
            reply.error(StanzaError.ITEM_NOT_FOUND, "A content of that creator and name is not there, or there already.");
        } else if (!contents.await(from, jingle)) {
            JingleError.OUT_OF_ORDER.answer(reply);
        } else if (leg.overrules(jingle) || leg.initiates() && contents.isReplacing(from, jingle)) {
            JingleError.TIE_BREAK.answer(reply);
        } else if (jingle.action() == JingleAction.TRANSPORT_REPLACE
                && jingle.contents().stream().anyMatch(content -> content.transport() == null)) {
            reply.error(StanzaError.BAD_REQUEST, "A transport is replaced by another, and there is none.");
        } else if (contents.overflow(jingle)) {
            reply.error(StanzaError.RESOURCE_CONSTRAINT, "A session has " + Jingle.MOST_CONTENTS + " contents at most.");
        } else if (!contents.understand(from, jingle)) {
            reply.error(StanzaError.BAD_REQUEST, "No such candidate has been offered.");
        } else {
            negotiation.act(from, jingle, reply);
        }
    }

    /** The client of this party has gone offline. */
    void onVanished(Side who) {
        if (vanished.get(who) == null) {
            vanished.put(who, new Patience(VANISHED));
            vanished.get(who).start();
        }
    }

    /** The client of this party is there. */
    void onBack(Side who) {
        vanished.remove(who);
    }

    void onTick(long now) {
        if (broken.ends(now)) {
            carrying = 0;
            overIfDone();
            return;
        }
        contents.all().forEach(carriage -> carriage.onTick(now));
        negotiation.onTick(now);
        for (Side side : Side.values()) {
            if (vanished.containsKey(side) && vanished.get(side).ends(now)) {
                fail(Reason.GONE, "a client went offline");
            }
        }
        if (ring.ends(now)) {
            fail(Reason.TIMEOUT, "nobody has accepted");
        }
        if (idle.ends(now)) {
            fail(Reason.SUCCESS, "");
        }
    }

    /** The relay takes nothing new: what nobody has accepted yet is not waited for, what has begun may go on. */
    void onDraining() {
        if (legs.get(Side.FIRST).state() == Leg.State.PENDING) {
            fail(Reason.GONE, "the relay goes down");
        }
    }

    /** Nothing reaches the parties for the time being; the farewells are kept for them. */
    void onLinkLost() {
        linked = false;
        if (legs.values().stream().anyMatch(leg -> leg.state() == Leg.State.PENDING)) {
            fail(Reason.CONNECTIVITY_ERROR, "the link to the XMPP server was lost");
        } else {
            contents.all().forEach(Carriage::linkLost);
        }
    }

    void onLinkUp() {
        linked = true;
    }

    /** Ends it on both legs for a reason of the broker's. */
    void fail(Reason reason, String why) {
        end(reason.word(), "", null, List.of(reason.element(why, null)));
    }

    /** Ends it after a fault of ours; what does not even end any more is given up soon. */
    void broke() {
        if (!hasBroken) {
            hasBroken = true;
            broken.start();
        }
        fail(Reason.GENERAL_ERROR, "something broke in the relay");
    }

    boolean isEnded() {
        return reason != null;
    }

    /** Whether the second party has taken the offer. */
    boolean isAgreed() {
        return legs.get(Side.FIRST).state() == Leg.State.ACTIVE;
    }

    boolean isLinked() {
        return linked;
    }

    /** The second party takes the offer. */
    void accepted() {
        ring.stop();
        legs.values().forEach(leg -> leg.move(Leg.State.ACTIVE));
    }

    /** Gets ready what carries new contents of a party. */
    void prepare(Side by, List<Content> offered, Consumer<Boolean> whenReady) {
        idle.stop();
        contents.prepare(by, offered, content -> {
            Carriage carriage = owner.carriage(this, content, new Out());
            if (carriage != null && !contents.all().contains(carriage)) {
                carrying++;
            }
            return carriage;
        }, whenReady);
    }

    private void onOfferAnswered(Iq answer) {
        if (isEnded() || answer != null && answer.type() == Iq.Type.RESULT || answer == null && !linked) {
            return;
        }
        legs.get(Side.SECOND).move(Leg.State.ENDED); // where there is nothing to end
        fail(answer == null ? Reason.TIMEOUT : Reason.ofRefusal(answer.payload()), "the other party's client took no offer");
    }

    /** @param from whose client has ended its own leg; null: nobody's */
    void end(String reason, String by, Side from, List<Element> others) {
        if (isEnded()) {
            return;
        }
        this.reason = reason;
        endedBy = by;
        ring.stop();
        idle.stop();
        for (Side side : Side.values()) {
            Leg leg = legs.get(side);
            if (side != from && leg.isOpen()) {
                leg.send(JingleAction.SESSION_TERMINATE, List.of(), others, answer -> {});
            }
            leg.move(Leg.State.ENDED);
        }
        boolean delivering = reason.equals(Reason.SUCCESS.word());
        contents.all().forEach(carriage -> end(carriage, delivering));
        overIfDone();
    }

    /** A fault in one must not keep the ports of the others. */
    private void end(Carriage carriage, boolean delivering) {
        try {
            carriage.end(delivering);
        } catch (RuntimeException fault) {
            events.bug("session", fault);
            broke();
        }
    }

    private void overIfDone() {
        if (carrying > 0 || over) {
            return;
        }
        if (isEnded()) {
            over = true;
            owner.over(this);
            events.ended(session, reason, endedBy, bytes);
        } else {
            idle.start();
        }
    }

    /** What one carriage wants done. Confined to its event loop. */
    private final class Out implements Carriage.Output {
        private boolean carried;

        @Override
        public void transportInfo(Side to, List<Content> contents) {
            if (legs.get(to).isOpen()) {
                legs.get(to).send(JingleAction.TRANSPORT_INFO, contents, List.of(),
                        answer -> negotiation.onToldAnswered(to, answer));
            }
        }

        @Override
        public void replace(Side to, Content.Key content, Element transport) {
            contents.replacing(to, content);
            legs.get(to).send(JingleAction.TRANSPORT_REPLACE, List.of(Content.of(content, transport)), List.of(), answer -> {
                if (isEnded() || answer == null && !linked || answer != null && answer.type() == Iq.Type.RESULT) {
                    return;
                }
                if (answer == null || !JingleError.TIE_BREAK.isIn(answer.payload())) {
                    fail(Reason.FAILED_TRANSPORT, "a client knows no other transport");
                }
            });
        }

        @Override
        public void ask(Side to, Element payload, Consumer<Iq> whenAnswered) {
            legs.get(to).ask(payload, whenAnswered);
        }

        @Override
        public void carries(String first, String second) {
            events.carries(session, first, second);
        }

        @Override
        public void failed(Reason reason, String why) {
            fail(reason, why);
        }

        @Override
        public void over(long carriedBytes) {
            if (!carried) {
                carried = true;
                bytes += carriedBytes;
                carrying--;
                overIfDone();
            }
        }
    }
}
