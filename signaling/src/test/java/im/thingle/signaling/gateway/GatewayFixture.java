// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.RecordingReply;
import im.thingle.signaling.Xml;
import im.thingle.signaling.jingle.JingleSessions;
import im.thingle.signaling.jingle.Wire;
import im.thingle.signaling.port.ActivationOutcome;
import im.thingle.signaling.port.BrokerEvents;
import im.thingle.signaling.port.BrokeredSession;
import im.thingle.signaling.port.ByteStream;
import im.thingle.signaling.port.ByteStreamListener;
import im.thingle.signaling.port.ContactsPort;
import im.thingle.signaling.port.GatewayLimits;
import im.thingle.signaling.port.GatewayPorts;
import im.thingle.signaling.port.StreamEnd;
import im.thingle.signaling.port.StreamLeg;
import im.thingle.signaling.port.StreamMeter;
import im.thingle.signaling.port.StreamParties;
import im.thingle.signaling.port.Streamhost;
import im.thingle.signaling.port.StreamsPort;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.Requests;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.stanza.Stanzas;
import im.thingle.signaling.xml.Element;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A gateway, of which Romeo is a user and Juliet is not, and what it sends. */
abstract class GatewayFixture implements Requests {
    static final String COMPONENT = "proxy.montague.lit";
    static final String ROMEO = "romeo@montague.lit/orchard";
    static final String JULIET = "juliet@capulet.lit/balcony";
    static final String SEEN_ROMEO = "romeo\\40montague.lit@proxy.montague.lit/orchard";
    static final String SEEN_JULIET = "juliet\\40capulet.lit@proxy.montague.lit/balcony";
    static final String INFO = "<query xmlns='http://jabber.org/protocol/disco#info'";

    record Asked(String from, String to, String payload, Consumer<Iq> whenAnswered) {}

    final List<ContactsPort.Contact> contacts = new ArrayList<>();
    final Deque<String> sent = new ArrayDeque<>();
    final Deque<Asked> asked = new ArrayDeque<>();
    /** The messages and presence that were answered with an error. */
    final Deque<String> refused = new ArrayDeque<>();
    int mostContacts = 2;
    final List<String> sessionEvents = new ArrayList<>();
    boolean romeoIsUser = true;
    long nowNanos;
    final JingleSessions sessions = new JingleSessions(new Mapping(COMPONENT), Wire.over(this, Duration.ofSeconds(30)),
            new GatewayPorts(null, new Streams(), new Events(), new GatewayLimits(0, 1_000, Duration.ofMinutes(10)), () -> false,
                    Optional.empty()), () -> "id", this, () -> nowNanos);
    final Gateway gateway = new Gateway(new Mapping(COMPONENT),
            (jid, component) -> romeoIsUser && jid.endsWith("@montague.lit"), new Contacts(), sessions, this, () -> nowNanos);

    void know() {
        contacts.add(new ContactsPort.Contact("romeo@montague.lit", "juliet@capulet.lit"));
    }

    void handle(String stanza) {
        assertThat(gateway.handle(Xml.stanza(stanza), null)).isTrue();
    }

    RecordingReply ask(String type, String from, String to, String payload) {
        Element stanza = Xml.stanza("<iq id='1' type='" + type + "' from='" + from + "' to='" + to + "'>" + payload + "</iq>");
        RecordingReply reply = new RecordingReply(Iq.of(stanza));
        assertThat(gateway.handle(stanza, reply)).isTrue();
        return reply;
    }

    static void answer(Asked asked, String payload) {
        asked.whenAnswered().accept(Xml.iq("<iq type='result' id='1' from='" + asked.to() + "' to='" + asked.from() + "'>"
                + payload + "</iq>"));
    }

    static String caps(String node, String ver) {
        return "<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='" + node + "' ver='" + ver + "'/>";
    }

    @Override
    public void ask(Iq.Type type, String to, Element payload, Duration timeout, Consumer<Iq> whenAnswered) {
        ask(type, COMPONENT, to, payload, timeout, whenAnswered);
    }

    @Override
    public void ask(Iq.Type type, String from, String to, Element payload, Duration timeout, Consumer<Iq> whenAnswered) {
        asked.add(new Asked(from, to, Xml.text(payload), whenAnswered));
    }

    @Override
    public void send(Element stanza) {
        sent.add(Xml.text(stanza));
    }

    @Override
    public void refuse(String what, Element stanza, StanzaError condition, String why) {
        send(Stanzas.bounce(stanza, condition, why));
        refused.add(what + " " + stanza.name() + " " + condition.elementName());
    }

    final class Contacts implements ContactsPort {
        @Override
        public boolean contains(String one, String other) {
            return contacts.contains(new Contact(one, other)) || contacts.contains(new Contact(other, one));
        }

        @Override
        public Added add(String owner, String other) {
            if (contacts.size() >= mostContacts) {
                return Added.LIMITED;
            }
            contacts.add(new Contact(owner, other));
            return Added.NEW;
        }

        @Override
        public void remove(String one, String other) {
            contacts.remove(new Contact(one, other));
            contacts.remove(new Contact(other, one));
        }

        @Override
        public List<Contact> all() {
            return List.copyOf(contacts);
        }
    }

    /** No sockets at all. */
    private static final class Streams implements StreamsPort {
        @Override
        public List<Streamhost> streamhosts() {
            return List.of(new Streamhost("203.0.113.7", 5000));
        }

        @Override
        public void expect(StreamLeg leg) {}

        @Override
        public void release(StreamLeg leg) {}

        @Override
        public void join(StreamLeg first, StreamLeg second, StreamParties parties, Consumer<ActivationOutcome> whenDone,
                Consumer<StreamEnd> whenEnded) {
            whenDone.accept(ActivationOutcome.ONE_LEG);
        }

        @Override
        public void bridge(StreamLeg leg, StreamParties parties, ByteStreamListener listener,
                Consumer<Optional<ByteStream>> whenDone) {
            whenDone.accept(Optional.empty());
        }

        @Override
        public StreamMeter meter(StreamParties parties) {
            return null;
        }

        @Override
        public void cut(StreamLeg leg) {}
    }

    private final class Events implements BrokerEvents {
        @Override
        public void started(BrokeredSession session, Runnable end) {
            sessionEvents.add("started " + session.kind() + " " + session.initiator() + " " + session.responder());
        }

        @Override
        public void carries(BrokeredSession session, String first, String second) {}

        @Override
        public void ended(BrokeredSession session, String reason, String by, long bytes) {
            sessionEvents.add("ended " + reason + " by " + by);
        }

        @Override
        public void bug(String where, Throwable fault) {
            throw new AssertionError(where, fault);
        }
    }
}
