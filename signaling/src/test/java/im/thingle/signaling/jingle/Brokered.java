// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle;

import im.thingle.signaling.RecordingReply;
import im.thingle.signaling.Xml;
import im.thingle.signaling.jingle.transport.LegAddress;
import im.thingle.signaling.port.BrokerEvents;
import im.thingle.signaling.port.BrokeredSession;
import im.thingle.signaling.port.GatewayLimits;
import im.thingle.signaling.port.GatewayPorts;
import im.thingle.signaling.port.MediaPort;
import im.thingle.signaling.stanza.FaultScope;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.Jids;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jxmpp.jid.Jid;

/** Romeo and Juliet behind a relay, each seeing the other under an escaped address. */
final class Brokered implements BrokerEvents {
    static final String ROMEO = "romeo@montague.lit/orchard";
    static final String JULIET = "juliet@capulet.lit/balcony";
    /** How Romeo sees Juliet. */
    static final String SEEN_JULIET = "juliet\\40capulet.lit@proxy.montague.lit/balcony";
    /** How Juliet sees Romeo. */
    static final String SEEN_ROMEO = "romeo\\40montague.lit@proxy.montague.lit/orchard";

    /** What we asked a client. */
    record Asked(String ours, String theirs, Element payload, Consumer<Iq> whenAnswered) {
        String text() {
            return Xml.text(payload);
        }

        String action() {
            return payload.attribute("action");
        }

        Element transport() {
            return new Content(payload.child("content", Jingle.NAMESPACE)).transport();
        }

        /** That one of its candidates has been reached. */
        String used(int candidate) {
            return "<candidate-used cid='" + transport().children().get(candidate).attribute("cid") + "'/>";
        }

        void ack() {
            whenAnswered.accept(Iq.of(request().result(null)));
        }

        void refuse(StanzaError condition, Element specific) {
            whenAnswered.accept(Iq.of(request().error(condition, specific, "no")));
        }

        private Iq request() {
            return Iq.of(Element.of("iq", Iq.NAMESPACE)
                    .attribute("type", "set")
                    .attribute("id", "1")
                    .attribute("from", ours)
                    .attribute("to", theirs)
                    .child(payload)
                    .build());
        }
    }

    final FakeStreams streams = new FakeStreams();
    final Deque<Asked> asked = new ArrayDeque<>();
    final List<String> events = new ArrayList<>();
    final JingleSessions sessions;
    boolean draining;
    Runnable end;
    /** What breaks when a session has ended; null: nothing does. */
    RuntimeException fault;
    private long nowNanos;
    private int ids;

    Brokered() {
        this(new GatewayLimits(0, 0, Duration.ofMinutes(10)));
    }

    Brokered(GatewayLimits limits) {
        this(limits, Optional.empty());
    }

    Brokered(GatewayLimits limits, Optional<MediaPort> media) {
        GatewayPorts ports = new GatewayPorts(null, streams, this, limits, () -> draining, media, Optional.empty());
        sessions = new JingleSessions(Brokered::seen, this::ask, ports, () -> "id" + ++ids, FaultScope.NARROW,
                () -> nowNanos);
    }

    private static Jid seen(Jid real) {
        return Jids.parse(real.toString().equals(ROMEO) ? SEEN_ROMEO : SEEN_JULIET).orElseThrow();
    }

    private void ask(LegAddress leg, Element payload, Consumer<Iq> whenAnswered) {
        asked.add(new Asked(leg.ours(), leg.theirs(), payload, whenAnswered));
    }

    /** Romeo's client sends a set to Juliet. */
    RecordingReply romeo(String payload) {
        return send(ROMEO, SEEN_JULIET, JULIET, payload);
    }

    /** Juliet's client sends a set to Romeo. */
    RecordingReply juliet(String payload) {
        return send(JULIET, SEEN_ROMEO, ROMEO, payload);
    }

    RecordingReply send(String from, String seen, String real, String payload) {
        Iq iq = Xml.iq("<iq type='set' id='x' from='" + from + "' to='" + seen + "'>" + payload + "</iq>");
        RecordingReply reply = new RecordingReply(iq);
        sessions.onIq(iq, Jids.parse(from).orElseThrow(), Jids.parse(real).orElseThrow(), reply);
        return reply;
    }

    /** The next thing we asked anybody. */
    Asked next() {
        if (asked.isEmpty()) {
            throw new AssertionError("nobody was asked anything");
        }
        return asked.poll();
    }

    /** A jingle element of the session. */
    static String jingle(String action, String children) {
        return "<jingle xmlns='urn:xmpp:jingle:1' action='" + action + "' sid='a73sjjvkla37jfea'>" + children
                + "</jingle>";
    }

    /** The content of a file. */
    static String file(String transport) {
        return "<content creator='initiator' name='ex' senders='initiator'>"
                + "<description"
                + " xmlns='urn:xmpp:jingle:apps:file-transfer:5'>"
                + "<file><name>a.txt</name><size>9</size></file></description>"
                + transport + "<security xmlns='urn:xmpp:jingle:jet:0' name='ex' type='x'/></content>";
    }

    static String socks5(String sid, String children) {
        return "<transport xmlns='urn:xmpp:jingle:transports:s5b:1' sid='" + sid + "'>" + children + "</transport>";
    }

    static String inBand(String sid, int blockSize) {
        return "<transport xmlns='urn:xmpp:jingle:transports:ibb:1' sid='" + sid + "' block-size='" + blockSize + "'/>";
    }

    static String content(String transport) {
        return "<content creator='initiator' name='ex'>" + transport + "</content>";
    }

    /** Romeo offers; Juliet's client acknowledges what comes of it. */
    Asked offer(String contents) {
        romeo(jingle("session-initiate", contents));
        Asked offer = next();
        offer.ack();
        return offer;
    }

    /** Romeo offers a file over SOCKS5, Juliet accepts; both have been told that their own candidates will not do. */
    Asked[] agree() {
        Asked offer = offer(file(socks5("vj3hs98y", "")));
        juliet(jingle("session-accept", file(socks5(offer.transport().attribute("sid"), ""))));
        Asked answer = next();
        answer.ack();
        next().ack();
        next().ack();
        return new Asked[] {offer, answer};
    }

    /** As {@link #agree}, and then both have reached the relay. */
    Asked[] connect() {
        Asked[] agreed = agree();
        juliet(jingle("transport-info", content(socks5(agreed[0].transport().attribute("sid"), agreed[0].used(0)))));
        romeo(jingle("transport-info", content(socks5("vj3hs98y", agreed[1].used(1)))));
        return agreed;
    }

    /** As {@link #agree}, but in-band on both legs, and open. */
    String agreeInBand() {
        Asked offer = offer(file(inBand("ch3d9s71", 4096)));
        String sid = offer.transport().attribute("sid");
        juliet(jingle("session-accept", file(inBand(sid, 4096))));
        next().ack();
        next().ack(); // the opening of Juliet's
        romeo("<open xmlns='http://jabber.org/protocol/ibb' block-size='4096' sid='ch3d9s71'/>");
        return sid;
    }

    /** Acknowledges everything; returns what it was. */
    List<Asked> ackAll() {
        List<Asked> all = new ArrayList<>();
        while (!asked.isEmpty()) {
            all.add(next());
            all.getLast().ack();
        }
        return all;
    }

    void advance(long seconds) {
        for (long i = 0; i < seconds; i++) {
            nowNanos += TimeUnit.SECONDS.toNanos(1);
            sessions.onTick(nowNanos);
        }
    }

    @Override
    public void started(BrokeredSession session, Runnable end) {
        this.end = end;
        events.add("started " + session.initiator() + " " + session.responder());
    }

    @Override
    public void ended(BrokeredSession session, String reason, String by, long bytes) {
        events.add("ended " + reason + " by " + by + " bytes " + bytes);
        if (fault != null) {
            throw fault;
        }
    }

    @Override
    public void carries(BrokeredSession session, String first, String second) {
        events.add("carries " + first + " " + second);
    }

    @Override
    public void bug(String where, Throwable fault) {
        if (fault != this.fault) {
            throw new AssertionError(where, fault);
        }
        events.add("bug " + where);
    }

    /** What may go wrong at any time: a refusal, an answer that never comes, a lost link, a party that is gone. */
    void goWrong(int which) {
        switch (which) {
            case 0 -> {
                if (!asked.isEmpty()) {
                    next().refuse(StanzaError.ITEM_NOT_FOUND, null);
                }
            }
            case 1 -> {
                if (!asked.isEmpty()) {
                    next().whenAnswered().accept(null);
                }
            }
            case 2 -> {
                sessions.onLinkLost();
                sessions.onLinkUp();
            }
            case 3 -> sessions.onUnavailable(Jids.parse(JULIET).orElseThrow(), Jids.parse(ROMEO).orElseThrow());
            default -> throw new IllegalArgumentException("fault " + which + " (expected: 0 to 3)");
        }
    }
}
