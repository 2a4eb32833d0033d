// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.echo;

import im.thingle.signaling.jingle.Content;
import im.thingle.signaling.jingle.Farewells;
import im.thingle.signaling.jingle.InBandStreams;
import im.thingle.signaling.jingle.Jingle;
import im.thingle.signaling.jingle.JingleAction;
import im.thingle.signaling.jingle.JingleError;
import im.thingle.signaling.jingle.Leg;
import im.thingle.signaling.jingle.Reason;
import im.thingle.signaling.jingle.Wire;
import im.thingle.signaling.jingle.transport.LegAddress;
import im.thingle.signaling.port.BrokerEvents;
import im.thingle.signaling.port.BrokeredSession;
import im.thingle.signaling.port.EchoLimits;
import im.thingle.signaling.port.MirrorPort;
import im.thingle.signaling.port.StreamParties;
import im.thingle.signaling.port.StreamsPort;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.Reply;
import im.thingle.signaling.stanza.RequestBudget;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jxmpp.jid.Jid;

/** All sessions of the account, and the files that wait to be sent back. Confined to its event loop. */
final class EchoSessions implements FileIntake.Owner {
    /** Offers of one account: more than anybody makes by hand, and each is answered with a session. */
    static final int OFFERS_PER_MINUTE = 60;

    private record Name(String theirs, String sid) {}

    private final Letters letters;
    private final Farewells wire;
    private final StreamsPort streams;
    private final BrokerEvents events;
    private final EchoLimits limits;
    private final BooleanSupplier draining;
    private final Supplier<String> ids;
    private final LongSupplier nanoTime;
    private final Optional<MirrorPort> mirrors;
    private final Proposals proposals;
    private final Verdict verdict;
    private final InBandStreams inBand = new InBandStreams();
    private final Map<Name, LiveSession> sessions = new HashMap<>();
    private final KeptBytes kept;
    private final HourlyBytes hourly;
    private final RequestBudget offers;

    EchoSessions(Letters letters, Wire wire, EchoService.Means means, Proposals proposals, LongSupplier nanoTime) {
        this.letters = letters;
        this.proposals = proposals;
        this.wire = new Farewells(wire);
        streams = means.streams();
        events = means.events();
        limits = means.limits();
        draining = means.draining();
        this.nanoTime = nanoTime;
        ids = letters.ids();
        kept = new KeptBytes(limits.keptBytesPerFile(), limits.keptBytes());
        hourly = new HourlyBytes(limits.bytesPerHour());
        offers = new RequestBudget(limits.sessionsPerAccount() == 0 ? 0 : OFFERS_PER_MINUTE);
        mirrors = means.mirrors();
        verdict = new Verdict(limits.bytesPerHour(), this::mayCome, mirrors);
    }

    /** Takes a set with Jingle or in-band bytes from somebody who may use the component. */
    void onIq(Iq iq, Jid from, Jid to, Reply reply) {
        if (!iq.payload().is("jingle", Jingle.NAMESPACE)) {
            inBand.onIq(iq, to.toString(), from.toString(), reply);
            return;
        }
        Optional<Jingle> jingle = Jingle.of(iq.payload());
        if (jingle.isEmpty()) {
            reply.error(StanzaError.BAD_REQUEST, "The jingle element breaks the rules of XEP-0166.");
            return;
        }
        LiveSession session = sessions.get(new Name(from.toString(), jingle.get().sid()));
        boolean full = from.getResourceOrNull() != null && to.toString().equals(letters.us());
        if (!full) {
            reply.error(StanzaError.BAD_REQUEST, "Sessions are between full JIDs; mine is " + letters.us() + ".");
        } else if (session != null) {
            within(session, () -> session.onJingle(jingle.get(), reply));
        } else if (jingle.get().action() == JingleAction.SESSION_INITIATE) {
            initiate(from, jingle.get(), reply);
        } else {
            JingleError.UNKNOWN_SESSION.answer(reply);
        }
    }

    /** A client has gone offline. */
    void onUnavailable(Jid full) {
        String gone = full.toString();
        each(session -> {
            if (session.leg().theirs().equals(gone)) {
                session.onVanished();
            }
        });
    }

    void onTick(long nowNanos) {
        each(session -> session.onTick(nowNanos));
    }

    /** Ends all; the clients are told when the link is back. */
    void onLinkLost() {
        wire.onLinkLost();
        each(LiveSession::onLinkLost);
    }

    void onLinkUp() {
        wire.onLinkUp();
    }

    /** Ends all, as long as the clients can be told. */
    void close() {
        each(session -> {
            session.end(Reason.GONE, "the relay goes down");
            session.release();
        });
    }

    int size() {
        return sessions.size();
    }

    int inBandStreams() {
        return inBand.size();
    }

    long keptBytes() {
        return kept.used();
    }

    @Override
    public boolean spend(EchoSession session, int bytes) {
        String account = account(session.leg().theirs());
        boolean allowed = hourly.allows(account, bytes, nanoTime.getAsLong());
        hourly.spend(account, bytes, nanoTime.getAsLong());
        return allowed;
    }

    @Override
    public void taken(EchoSession session, FileIntake.Taken file) {
        write(session, Wording.arrived(file));
        if (file.kept().isKept() && file.offer().isWhole() && !draining.getAsBoolean()) {
            giveBack(session, file);
        } else {
            file.kept().drop();
        }
    }

    @Override
    public void failed(EchoSession session, FileOffer offer, String why, long bytes) {
        write(session, Wording.notArrived(offer, bytes, why));
    }

    private void initiate(Jid from, Jingle offer, Reply reply) {
        boolean described = offer.contents().stream()
                .filter(content -> FileOffer.describes(content.description()))
                .allMatch(content -> FileOffer.of(content.description()).isPresent());
        if (!described) {
            reply.error(StanzaError.BAD_REQUEST, "A description of a file breaks the rules of XEP-0234.");
        } else if (draining.getAsBoolean()) {
            reply.error(StanzaError.RESOURCE_CONSTRAINT, "The relay goes down and takes no new sessions.");
        } else if (!offers.take(from.asBareJid().toString(), nanoTime.getAsLong())) {
            reply.error(StanzaError.RESOURCE_CONSTRAINT, "Sessions begin too fast; try again in a minute.");
        } else if (isFull(from.asBareJid().toString())) {
            reply.error(StanzaError.RESOURCE_CONSTRAINT, "There are as many sessions as may be; try again later.");
        } else {
            reply.result();
            Leg leg = new Leg(new LegAddress(letters.us(), from.toString(), offer.sid(), false), wire);
            Verdict.Refusal refusal = verdict.on(offer, from.asBareJid().toString());
            if (refusal == null && offer.contents().stream().anyMatch(CallOffer::describes)) {
                take(leg, offer, mirrors.orElseThrow());
            } else if (refusal == null) {
                take(leg, offer.contents().getFirst());
            } else {
                refuse(leg, refusal);
            }
        }
    }

    private void take(Leg leg, Content content) {
        FileOffer file = FileOffer.of(content.description()).orElseThrow();
        EchoSession session = session(leg, leg.theirs(), leg.ours());
        within(session, () -> session.accept(
                content, new FileIntake(file, session, this, nanoTime, kept.file(file.expected()))));
    }

    private void take(Leg leg, Jingle offer, MirrorPort mirror) {
        BrokeredSession named = named(leg, leg.theirs(), leg.ours(), "call");
        Name name = new Name(leg.theirs(), leg.address().sid());
        EchoCall call = new EchoCall(
                new EchoCall.Parts(named, leg, parties(leg, leg.theirs(), leg.ours(), named), mirror, events, limits.call(),
                        nanoTime),
                (over, report) -> {
                    over(name, over);
                    write(over, report);
                });
        sessions.put(name, call);
        within(call, () -> call.accept(CallOffer.of(offer.contents(), offer.others(), mirror::understands),
                CallOffer.bundles(offer.others())));
    }

    private void refuse(Leg leg, Verdict.Refusal refusal) {
        BrokeredSession named = named(leg, leg.theirs(), leg.ours(), refusal.kind());
        events.started(named, () -> {});
        leg.send(JingleAction.SESSION_TERMINATE, List.of(),
                List.of(refusal.reason().element(refusal.text(), refusal.specific())), answer -> {});
        events.ended(named, refusal.reason().word(), "", 0);
        letters.write(leg.theirs(), refusal.text());
        finish(new Name(leg.theirs(), leg.address().sid()), refusal.reason());
    }

    private void over(Name name, LiveSession session) {
        sessions.remove(name);
        finish(name, Reason.named(session.endedFor()));
    }

    /** What began with a proposal ends with a message, too (XEP-0353 §3.7): others of the user's clients know of it. */
    private void finish(Name name, Reason reason) {
        if (proposals.finish(account(name.theirs()), name.sid())) {
            Element finish = Element.of("finish", EchoMessages.PROPOSALS)
                    .attribute("id", name.sid())
                    .child(reason.element("", null))
                    .build();
            wire.whenLinked(() -> letters.negotiate(name.theirs(), finish));
        }
    }

    /** The transport is tried first with which the client came; it falls back as always. */
    private void giveBack(EchoSession from, FileIntake.Taken file) {
        Leg leg = new Leg(new LegAddress(letters.us(), from.leg().theirs(), ids.get(), true), wire);
        EchoSession session = session(leg, leg.ours(), leg.theirs());
        Content offered = from.content();
        Element content = Element.of("content", Jingle.NAMESPACE)
                .attribute("creator", "initiator")
                .attribute("name", offered.key().name())
                .attribute("senders", "initiator")
                .child(file.offer().returned(file.bytes(), file.hashes()))
                .build();
        FileReturn work = new FileReturn(file, session, this::returned, nanoTime);
        within(session, () -> session.offer(new Content(content), offered.transport().namespace(), work));
    }

    private void returned(EchoSession session, FileIntake.Taken file, String why, long nanos, String route) {
        write(session, why == null
                ? Wording.returned(file, nanos, route) : Wording.notReturned(file.offer(), why));
    }

    private void write(LiveSession session, String text) {
        wire.whenLinked(() -> letters.write(session.leg().theirs(), text));
    }

    private EchoSession session(Leg leg, String initiator, String responder) {
        BrokeredSession named = named(leg, initiator, responder, "file");
        StreamParties parties = parties(leg, initiator, responder, named);
        Name name = new Name(leg.theirs(), leg.address().sid());
        EchoSession.Parts parts = new EchoSession.Parts(named, leg, parties, streams, inBand, ids, events);
        EchoSession session = new EchoSession(parts, over -> over(name, over));
        sessions.put(name, session);
        return session;
    }

    private static StreamParties parties(Leg leg, String initiator, String responder, BrokeredSession named) {
        return new StreamParties(account(leg.theirs()), initiator, responder, named.id());
    }

    private BrokeredSession named(Leg leg, String initiator, String responder, String kind) {
        return new BrokeredSession(ids.get(), leg.address().sid(), initiator, responder, kind);
    }

    private boolean mayCome(String account, long bytes) {
        return hourly.allows(account, bytes, nanoTime.getAsLong());
    }

    private boolean isFull(String account) {
        long own = sessions.keySet().stream().filter(name -> account(name.theirs()).equals(account)).count();
        return limits.sessions() > 0 && sessions.size() >= limits.sessions()
                || limits.sessionsPerAccount() > 0 && own >= limits.sessionsPerAccount();
    }

    /** A fault of ours in one session is nothing to the next. */
    private void each(Consumer<LiveSession> what) {
        for (LiveSession session : List.copyOf(sessions.values())) {
            try {
                within(session, () -> what.accept(session));
            } catch (RuntimeException fault) {
                events.bug("echo", fault);
            }
        }
    }

    /** A fault of ours ends the session it is in, also if it comes later. */
    private void within(LiveSession session, Runnable step) {
        letters.requests().within(step, session::broke);
    }

    private static String account(String full) {
        int slash = full.indexOf('/');
        return slash < 0 ? full : full.substring(0, slash);
    }
}
