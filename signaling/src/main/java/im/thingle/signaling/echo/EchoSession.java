// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.echo;

import im.thingle.signaling.jingle.Content;
import im.thingle.signaling.jingle.InBandStreams;
import im.thingle.signaling.jingle.Jingle;
import im.thingle.signaling.jingle.JingleAction;
import im.thingle.signaling.jingle.JingleError;
import im.thingle.signaling.jingle.Leg;
import im.thingle.signaling.jingle.LegStream;
import im.thingle.signaling.jingle.MeteredBytes;
import im.thingle.signaling.jingle.Patience;
import im.thingle.signaling.jingle.Reason;
import im.thingle.signaling.jingle.transport.InBandTransport;
import im.thingle.signaling.port.BrokerEvents;
import im.thingle.signaling.port.BrokeredSession;
import im.thingle.signaling.port.ByteStream;
import im.thingle.signaling.port.ByteStreamListener;
import im.thingle.signaling.port.StreamMeter;
import im.thingle.signaling.port.StreamParties;
import im.thingle.signaling.port.StreamsPort;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.Reply;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One session (XEP-0166) that ends here: one leg with one content. What is done with the bytes is the business of its
 * {@link Work}. Confined to its event loop.
 */
final class EchoSession implements LiveSession, LegStream.Output {
    /** What the session is for. Confined to its event loop. */
    interface Work extends ByteStreamListener {
        /** The client takes our offer. */
        void accepted(Content content);

        /** Bytes can flow. */
        void begin(ByteStream stream, String route);

        /** Takes the payload of a session-info action; false if it is not understood. */
        boolean info(Element payload);

        /** The client has ended the session; true if bytes that are under way are still wanted. */
        boolean terminated(String reason);

        /** The session was ended by us, for this reason. */
        void failed(Reason reason, String why);

        void onTick(long nowNanos);

        /** How many have come or gone. */
        long bytes();

        /** Nothing is left of the session. */
        void over();
    }

    /** Who and what takes part. Immutable. */
    record Parts(BrokeredSession session, Leg leg, StreamParties parties, StreamsPort streams, InBandStreams inBand,
            Supplier<String> ids, BrokerEvents events) {}

    /** How the log calls our own end. */
    private static final String US = "echo";
    private static final String EXHAUSTED = "your account has used up the bytes that it has for a day";
    private static final Duration MOST_VANISHED = Duration.ofSeconds(10);
    private static final Duration MOST_IDLE = Duration.ofMinutes(2);
    /** How long people may take to decide. */
    private static final Duration MOST_RINGING = Duration.ofMinutes(5);
    /** For the client to end its stream when the session has ended. */
    private static final Duration MOST_LINGERING = Duration.ofSeconds(10);

    private final Parts parts;
    private final Leg leg;
    private final LegStream stream;
    private final Consumer<EchoSession> whenOver;
    private final Patience vanished = new Patience(MOST_VANISHED);
    private final Patience idle = new Patience(MOST_IDLE);
    private final Patience ringing = new Patience(MOST_RINGING);
    private final Patience lingering = new Patience(MOST_LINGERING);
    private Work work;
    private Content content;
    private ByteStream bytes;
    /** Null where there is a socket, whose bytes are booked by the relay. */
    private StreamMeter meter;
    private MeteredBytes metered;
    private boolean carrying;
    private boolean ended;
    private boolean over;
    private String endedFor = "";
    private String endedBy = "";

    EchoSession(Parts parts, Consumer<EchoSession> whenOver) {
        this.parts = parts;
        this.leg = parts.leg();
        this.whenOver = whenOver;
        stream = new LegStream(parts.streams(), parts.inBand(), leg.address(), parts.ids(), this);
    }

    @Override
    public Leg leg() {
        return leg;
    }

    @Override
    public String endedFor() {
        return endedFor;
    }

    BrokeredSession session() {
        return parts.session();
    }

    Content content() {
        return content;
    }

    /** Accepts the client's offer, which has been acknowledged. */
    void accept(Content offer, Work work) {
        this.work = work;
        content = offer;
        begun();
        leg.move(Leg.State.ACTIVE);
        stream.describedBy(offer.description());
        stream.offered(offer.transport());
        leg.send(JingleAction.SESSION_ACCEPT, List.of(offer.withTransport(stream.local())), List.of(), this::told);
        stream.start();
    }

    /** Makes the client an offer. */
    void offer(Content offer, String transport, Work work) {
        this.work = work;
        begun();
        leg.move(Leg.State.PENDING);
        stream.describedBy(offer.description());
        stream.offer(transport);
        content = offer.withTransport(stream.local());
        ringing.start();
        leg.send(JingleAction.SESSION_INITIATE, List.of(content), List.of(), answer -> {
            if (!ended && answer != null && answer.type() == Iq.Type.ERROR) {
                leg.move(Leg.State.ENDED); // where there is nothing to end
                end(Reason.ofRefusal(answer.payload()), "your client refused the offer");
            } else {
                told(answer);
            }
        });
    }

    @Override
    public void onJingle(Jingle jingle, Reply reply) {
        vanished.stop();
        boolean adds = jingle.action() == JingleAction.CONTENT_ADD;
        if (ended) {
            farewell(jingle.action(), reply);
        } else if (!admits(jingle.action())) {
            JingleError.OUT_OF_ORDER.answer(reply);
        } else if (jingle.contents().stream().anyMatch(each -> each.key().equals(content.key()) == adds)) {
            reply.error(StanzaError.ITEM_NOT_FOUND, "A content of that name is not there, or there already.");
        } else if (jingle.action() == JingleAction.TRANSPORT_REPLACE && stream.isReplacing()) {
            JingleError.TIE_BREAK.answer(reply);
        } else if (jingle.action() == JingleAction.TRANSPORT_REPLACE
                && jingle.contents().getFirst().transport() == null) {
            reply.error(StanzaError.BAD_REQUEST, "There is no transport to be had instead.");
        } else if (!understands(jingle)) {
            JingleError.UNSUPPORTED_INFO.answer(reply);
        } else if (jingle.action() == JingleAction.TRANSPORT_INFO
                && !stream.understands(jingle.contents().getFirst().transport())) {
            reply.error(StanzaError.BAD_REQUEST, "No such candidate has been offered.");
        } else {
            reply.result();
            act(jingle);
        }
    }

    @Override
    public void onVanished() {
        vanished.start();
    }

    @Override
    public void onTick(long nowNanos) {
        stream.onTick(nowNanos);
        if (metered != null) {
            metered.onTick();
        }
        if (!over) {
            work.onTick(nowNanos);
        }
        if (lingering.ends(nowNanos)) {
            release();
        }
        if (vanished.ends(nowNanos)) {
            end(Reason.GONE, "your client went offline");
        }
        if (ringing.ends(nowNanos)) {
            end(Reason.TIMEOUT, "nobody took it");
        }
        if (meter != null && !ended && meter.exhausted()) {
            end(Reason.CONNECTIVITY_ERROR, EXHAUSTED);
        }
        if (idle.ends(nowNanos)) {
            end(Reason.TIMEOUT, "no bytes came or went for two minutes");
        }
    }

    @Override
    public void onLinkLost() {
        end(Reason.CONNECTIVITY_ERROR, "the link to the XMPP server was lost");
        release();
    }

    /** Bytes that are of interest have come or gone. */
    void moved() {
        idle.start();
    }

    /** Whether bytes may be written now; if not, it is worth to ask again at the next tick, unless that ends it. */
    boolean mayWrite() {
        return !over && (meter == null || !meter.exhausted() && meter.mayRead());
    }

    /** So many bytes are written. Those that come are booked as they are read. */
    void writes(int count) {
        moved();
        if (meter != null) {
            meter.carried(count);
        }
    }

    /** Tells the client something about the file. */
    void inform(Element payload) {
        if (leg.isOpen()) {
            leg.send(JingleAction.SESSION_INFO, List.of(), List.of(payload), answer -> {});
        }
    }

    /** Ends it with success; the client may still end its stream, unless it has. */
    void complete(boolean streamEnded) {
        if (!ended) {
            terminate(Reason.SUCCESS, List.of(Reason.SUCCESS.element("", null)));
        }
        idle.stop();
        if (streamEnded) {
            release();
        } else {
            lingering.start();
        }
    }

    @Override
    public void end(Reason reason, String why) {
        end(reason, why, null);
    }

    /** @param specific a condition of the application's own, or null */
    void end(Reason reason, String why, Element specific) {
        if (over) {
            return;
        }
        if (!ended) {
            terminate(reason, List.of(reason.element(why, specific)));
        }
        work.failed(reason, why);
        release();
    }

    @Override
    public void release() {
        if (over) {
            return;
        }
        over = true;
        stream.close();
        if (bytes != null) {
            bytes.cut();
        }
        if (meter != null) {
            meter.close();
        }
        work.over();
        whenOver.accept(this);
        parts.events().ended(session(), endedFor, endedBy, work.bytes());
    }

    private void begun() {
        parts.events().started(session(), () -> end(Reason.GONE, "the relay's operator has ended it"));
    }

    /** Nothing of ours can be accepted or rejected but what we have proposed. */
    private boolean admits(JingleAction action) {
        return switch (action) {
            case CONTENT_ACCEPT, CONTENT_REJECT -> false;
            case TRANSPORT_ACCEPT, TRANSPORT_REJECT -> leg.admits(action) && stream.isReplacing();
            default -> leg.admits(action);
        };
    }

    private boolean understands(Jingle jingle) {
        return switch (jingle.action()) {
            case SECURITY_INFO -> false;
            case SESSION_INFO -> jingle.others().stream().allMatch(work::info);
            default -> true;
        };
    }

    private void act(Jingle jingle) {
        switch (jingle.action()) {
            case SESSION_ACCEPT -> {
                ringing.stop();
                leg.move(Leg.State.ACTIVE);
                work.accepted(jingle.contents().getFirst());
                stream.accepted(jingle.contents().getFirst().transport());
                stream.start();
            }
            case SESSION_TERMINATE -> terminated(Reason.of(jingle.others()));
            case TRANSPORT_INFO -> stream.info(jingle.contents().getFirst().transport());
            case TRANSPORT_REPLACE -> replace(jingle.contents().getFirst());
            case TRANSPORT_ACCEPT -> stream.replaced(jingle.contents().getFirst().transport());
            case TRANSPORT_REJECT -> stream.rejected();
            case CONTENT_ADD -> leg.send(JingleAction.CONTENT_REJECT,
                    jingle.contents().stream().map(each -> each.withTransport(null)).toList(),
                    List.of(Reason.FAILED_APPLICATION.element("One file in a session, please.", null)), this::told);
            case CONTENT_REMOVE -> end(Reason.CANCEL, "your client took it back");
            default -> { } // nothing that we would do otherwise
        }
    }

    private void replace(Content offer) {
        boolean taken = !carrying && stream.replace(offer.transport());
        leg.send(taken ? JingleAction.TRANSPORT_ACCEPT : JingleAction.TRANSPORT_REJECT,
                List.of(Content.of(content.key(), taken ? stream.local() : offer.transport())), List.of(), this::told);
        if (taken && leg.state() == Leg.State.ACTIVE) {
            stream.start();
        }
    }

    private void terminated(String reason) {
        ended = true;
        leg.move(Leg.State.ENDED);
        endedFor = reason;
        endedBy = leg.theirs();
        ringing.stop();
        if (!work.terminated(reason) || !carrying) {
            release();
        }
    }

    private void terminate(Reason reason, List<Element> others) {
        ended = true;
        if (leg.isOpen()) {
            leg.send(JingleAction.SESSION_TERMINATE, List.of(), others, answer -> {});
        }
        leg.move(Leg.State.ENDED);
        ringing.stop();
        endedFor = reason.word();
    }

    /** Both may end it at the same time, and a hash may come too late. */
    private static void farewell(JingleAction action, Reply reply) {
        if (action == JingleAction.SESSION_TERMINATE || action == JingleAction.SESSION_INFO) {
            reply.result();
        } else {
            JingleError.UNKNOWN_SESSION.answer(reply);
        }
    }

    /** What a client thinks of what it was told matters only if it is gone, has forgotten the session, or is silent. */
    private void told(Iq answer) {
        if (ended) {
            return;
        }
        if (answer == null) {
            end(Reason.TIMEOUT, "your client does not answer");
        } else if (answer.type() == Iq.Type.ERROR && Reason.ofRefusal(answer.payload()) == Reason.GONE) {
            leg.move(Leg.State.ENDED);
            end(Reason.GONE, "your client has forgotten the session, or is gone");
        }
    }

    @Override
    public void transportInfo(Element transport) {
        if (leg.isOpen()) {
            leg.send(JingleAction.TRANSPORT_INFO, List.of(Content.of(content.key(), transport)), List.of(), this::told);
        }
    }

    @Override
    public void replace(Element transport) {
        leg.send(JingleAction.TRANSPORT_REPLACE, List.of(Content.of(content.key(), transport)), List.of(), answer -> {
            if (answer != null && answer.type() == Iq.Type.ERROR && !ended) {
                end(Reason.FAILED_TRANSPORT, "your client knows no other transport");
            } else {
                told(answer);
            }
        });
    }

    @Override
    public void ask(Element payload, Consumer<Iq> whenAnswered) {
        leg.ask(payload, whenAnswered);
    }

    @Override
    public void ready() {
        if (over || carrying) {
            return;
        }
        carrying = true;
        String route = stream.transport().word();
        if (stream.transport() instanceof InBandTransport) {
            meter = parts.streams().meter(parts.parties());
            metered = new MeteredBytes(work, meter, EXHAUSTED);
            stream.take(parts.parties(), metered, taken -> begin(metered.over(taken.orElseThrow()), route));
            return;
        }
        stream.take(parts.parties(), work,
                taken -> taken.ifPresentOrElse(found -> begin(found, route), this::notTaken));
    }

    @Override
    public void failed(Reason reason, String why) {
        end(reason, why);
    }

    private void begin(ByteStream found, String route) {
        bytes = found;
        if (over) {
            found.cut();
            return;
        }
        parts.events().carries(session(), route, US);
        idle.start();
        work.begin(found, route);
    }

    private void notTaken() {
        end(Reason.CONNECTIVITY_ERROR, "your client's socket is gone, or the relay has no room for it");
    }
}
