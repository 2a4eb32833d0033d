// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.echo;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.RecordingReply;
import im.thingle.signaling.Xml;
import im.thingle.signaling.jingle.Content;
import im.thingle.signaling.jingle.FakeStreams;
import im.thingle.signaling.jingle.Jingle;
import im.thingle.signaling.port.BrokerEvents;
import im.thingle.signaling.port.BrokeredSession;
import im.thingle.signaling.port.ContactsPort;
import im.thingle.signaling.port.EchoLimits;
import im.thingle.signaling.port.MirrorPort;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.Requests;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.stanza.Stanzas;
import im.thingle.signaling.xml.Element;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Romeo, who may use the component, and its account {@code echo}. */
final class EchoFixture implements Requests, BrokerEvents, ContactsPort {
    static final String COMPONENT = "proxy.montague.lit";
    static final String BARE = "echo@proxy.montague.lit";
    static final String ECHO = "echo@proxy.montague.lit/thingle";
    static final String ROMEO = "romeo@montague.lit/orchard";
    static final String SUCCESS = "<reason><success/></reason>";
    static final String SID = "851ba2";
    /** SHA-256 of "hello", as every tool tells it. */
    static final String HELLO_HEX = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    static final String HELLO_SHA256 = "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=";
    static final String HELLO_SHA1 = "qvTGHdzF6KLavt4PO0gs2a6pQ00=";

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

        void ack() {
            whenAnswered.accept(Iq.of(request().result(null)));
        }

        void refuse(StanzaError condition) {
            whenAnswered.accept(Iq.of(request().error(condition, null, "no")));
        }

        private Iq request() {
            return Iq.of(Iq.request(Iq.Type.SET, "1", ours, theirs, payload));
        }
    }

    final FakeStreams streams = new FakeStreams();
    final Deque<Asked> asked = new ArrayDeque<>();
    final Deque<String> sent = new ArrayDeque<>();
    /** The messages and presence that were answered with an error. */
    final Deque<String> refused = new ArrayDeque<>();
    final List<String> events = new ArrayList<>();
    final List<Runnable> ends = new ArrayList<>();
    final List<Contact> contacts = new ArrayList<>();
    final EchoService service;
    /** What breaks when a session has ended; null: nothing does. */
    RuntimeException fault;
    boolean draining;
    int mostContacts = 10;
    private long nowNanos = -5_000_000_000L;
    private int ids;

    EchoFixture() {
        this(EchoLimits.DEFAULT);
    }

    EchoFixture(EchoLimits limits) {
        this(limits, null);
    }

    /** @param mirrors null: there are no calls */
    EchoFixture(EchoLimits limits, MirrorPort mirrors) {
        service = new EchoService(COMPONENT, "1.0",
                new EchoService.Means((jid, component) -> jid.endsWith("@montague.lit"), this, streams,
                        Optional.ofNullable(mirrors), this, limits, () -> draining),
                this, () -> "id" + ++ids, () -> nowNanos);
    }

    /** A set or get of Romeo's client. */
    RecordingReply ask(String type, String from, String to, String payload) {
        Element stanza = Xml.stanza("<iq id='x' type='" + type + "' from='" + from + "' to='" + to + "'>" + payload + "</iq>");
        RecordingReply reply = new RecordingReply(Iq.of(stanza));
        assertThat(service.handle(stanza, reply)).isTrue();
        return reply;
    }

    RecordingReply romeo(String payload) {
        return ask("set", ROMEO, ECHO, payload);
    }

    void message(String from, String children) {
        handle("<message type='chat' from='" + from + "' to='" + BARE + "'>" + children + "</message>");
    }

    void handle(String stanza) {
        assertThat(service.handle(Xml.stanza(stanza), null)).isTrue();
    }

    /** The next thing that we asked. */
    Asked next() {
        assertThat(asked).isNotEmpty();
        return asked.poll();
    }

    /** The text of the next message. */
    String letter() {
        assertThat(sent).isNotEmpty();
        Element message = Xml.stanza(sent.poll());
        assertThat(message.attribute("from")).isEqualTo(ECHO);
        assertThat(message.attribute("to")).isEqualTo(ROMEO);
        assertThat(message.attribute("type")).isEqualTo("chat");
        return message.child("body", Iq.NAMESPACE).text();
    }

    static String jingle(String action, String sid, String children) {
        return "<jingle xmlns='urn:xmpp:jingle:1' action='" + action + "' sid='" + sid + "'>" + children + "</jingle>";
    }

    static String jingle(String action, String children) {
        return jingle(action, SID, children);
    }

    static String offer(String description, String transport) {
        return jingle("session-initiate",
                "<content creator='initiator' name='a-file-offer' senders='initiator'>" + description + transport + "</content>");
    }

    static String content(String transport) {
        return "<content creator='initiator' name='a-file-offer'>" + transport + "</content>";
    }

    /** As Gajim and Conversations describe it. */
    static String hello(String more) {
        return description(5, "<file><name>hello.txt</name><size>5</size>" + more + "</file>");
    }

    static String description(int version, String file) {
        return "<description xmlns='urn:xmpp:jingle:apps:file-transfer:" + version + "'>" + file + "</description>";
    }

    static String socks5(String sid, String children) {
        return "<transport xmlns='urn:xmpp:jingle:transports:s5b:1' sid='" + sid + "'>" + children + "</transport>";
    }

    static String inBand(String sid) {
        return "<transport xmlns='urn:xmpp:jingle:transports:ibb:1' sid='" + sid + "' block-size='4096'/>";
    }

    static String open(String sid) {
        return "<open xmlns='http://jabber.org/protocol/ibb' block-size='4096' sid='" + sid + "'/>";
    }

    static String data(String sid, int seq, byte[] bytes) {
        return "<data xmlns='http://jabber.org/protocol/ibb' seq='" + seq + "' sid='" + sid + "'>"
                + Base64.getEncoder().encodeToString(bytes) + "</data>";
    }

    static String close(String sid) {
        return "<close xmlns='http://jabber.org/protocol/ibb' sid='" + sid + "'/>";
    }

    /** Our candidates of that place in a transport, told to be used. */
    static String used(Element transport, int candidate) {
        return "<candidate-used cid='" + transport.children().get(candidate).attribute("cid") + "'/>";
    }

    /** Romeo's client offers over SOCKS5 and connects; acknowledges all. */
    Element connect(String description) {
        assertThat(romeo(offer(description, socks5("vj3hs98y", ""))).text()).contains("type='result'");
        Asked accept = next();
        assertThat(accept.action()).isEqualTo("session-accept");
        accept.ack();
        next().ack(); // none of its own candidates will do
        assertThat(romeo(jingle("transport-info", content(socks5("vj3hs98y", used(accept.transport(), 0))))).condition()).isNull();
        return accept.transport();
    }

    /** Nothing is kept of anything. */
    void assertNothingIsLeft() {
        assertThat(service.sessions().size()).isZero();
        assertThat(service.sessions().inBandStreams()).isZero();
        assertThat(service.sessions().keptBytes()).isZero();
        assertThat(streams.expected).isEmpty();
        assertThat(streams.meters).isZero();
    }

    void advance(long seconds) {
        for (long i = 0; i < seconds; i++) {
            nowNanos += TimeUnit.SECONDS.toNanos(1);
            service.onTick(nowNanos);
        }
    }

    void millisPass(long millis) {
        nowNanos += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Override
    public void ask(Iq.Type type, String to, Element payload, Duration timeout, Consumer<Iq> whenAnswered) {
        throw new AssertionError("nothing is asked by the component itself");
    }

    @Override
    public void ask(Iq.Type type, String from, String to, Element payload, Duration timeout, Consumer<Iq> whenAnswered) {
        asked.add(new Asked(from, to, payload, whenAnswered));
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

    @Override
    public void started(BrokeredSession session, Runnable end) {
        events.add("started " + session.kind() + " " + session.initiator() + " " + session.responder());
        ends.add(end);
    }

    @Override
    public void ended(BrokeredSession session, String reason, String by, long bytes) {
        events.add("ended " + reason + " by " + by + " " + bytes);
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

    @Override
    public boolean contains(String one, String other) {
        return contacts.contains(new Contact(one, other));
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
    }

    @Override
    public List<Contact> all() {
        return List.copyOf(contacts);
    }
}
