// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.bytestreams;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.RecordingReply;
import im.thingle.signaling.Xml;
import im.thingle.signaling.port.ActivationOutcome;
import im.thingle.signaling.port.ActivationRequest;
import im.thingle.signaling.port.RelayPort;
import im.thingle.signaling.port.Streamhost;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.StanzaError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BytestreamsHandlerTest {
    private static final String ROMEO = "romeo@montague.lit/orchard";
    private static final String HASH = "972b7bf47291ca609517f67f86b5081086052dad";

    private final FakeRelay relay = new FakeRelay();
    private final BytestreamsHandler handler = new BytestreamsHandler("proxy.montague.lit", relay,
            (bareJid, component) -> component.equals("proxy.montague.lit") && bareJid.endsWith("@montague.lit"));

    @Test
    void tellsAllStreamhostsBestFirstWithoutASid() {
        assertThat(get(ROMEO, "<query xmlns='http://jabber.org/protocol/bytestreams'/>").text()).isEqualTo("""
                <iq type='result' id='b' from='proxy.montague.lit' to='romeo@montague.lit/orchard'>\
                <query xmlns='http://jabber.org/protocol/bytestreams'>\
                <streamhost jid='proxy.montague.lit' host='203.0.113.7' port='5000'/>\
                <streamhost jid='proxy.montague.lit' host='2001:db8::7' port='443'/></query></iq>""");
    }

    @Test
    void echoesTheSidThatXep0065AsksFor() {
        assertThat(get(ROMEO, "<query xmlns='http://jabber.org/protocol/bytestreams' sid='mySID'/>").text())
                .contains("<query xmlns='http://jabber.org/protocol/bytestreams' sid='mySID'><streamhost ");
    }

    @Test
    void answersForbiddenToStrangers() {
        assertThat(get("tybalt@capulet.lit/x", "<query xmlns='http://jabber.org/protocol/bytestreams'/>").text())
                .contains("<error type='auth'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>");
        assertThat(activate("tybalt@capulet.lit/x", "", "").condition()).isEqualTo(StanzaError.FORBIDDEN);
        assertThat(relay.asked).isEmpty();
    }

    @Test
    void checksAccessOnThePreparedBareJid() {
        assertThat(get("Romeo@MONTAGUE.lit/x", "<query xmlns='http://jabber.org/protocol/bytestreams'/>").condition())
                .isNull();
    }

    @Test
    void activatesByTheHashOfXep0260() {
        relay.known.put(HASH, ActivationOutcome.ACTIVATED);

        RecordingReply reply = activate(ROMEO, "vj3hs98y", "juliet@capulet.lit/balcony");

        assertThat(reply.text())
                .isEqualTo("<iq type='result' id='b' from='proxy.montague.lit' to='romeo@montague.lit/orchard'/>");
        assertThat(relay.asked).containsExactly(
                new ActivationRequest(HASH, ROMEO, "romeo@montague.lit", "juliet@capulet.lit/balcony"));
    }

    @Test
    void preparesTheTargetBeforeHashing() {
        relay.known.put(HASH, ActivationOutcome.ACTIVATED);

        assertThat(activate(ROMEO, "vj3hs98y", "\n Juliet@Capulet.LIT/balcony ").text()).contains("type='result'");
    }

    @Test
    void triesTheJidAsReceivedIfThePreparedHashIsUnknown() {
        String raw = StreamHash.of("vj3hs98y", ROMEO, "Juliet@Capulet.LIT/balcony");
        relay.known.put(raw, ActivationOutcome.ACTIVATED);

        RecordingReply reply = activate(ROMEO, "vj3hs98y", "Juliet@Capulet.LIT/balcony");

        assertThat(reply.text()).contains("type='result'");
        assertThat(relay.asked).extracting(ActivationRequest::hash).containsExactly(HASH, raw);
        assertThat(relay.asked).extracting(ActivationRequest::target).containsOnly("juliet@capulet.lit/balcony");
    }

    @Test
    void doesNotAskTwiceWhenNothingDiffers() {
        assertThat(activate(ROMEO, "vj3hs98y", "juliet@capulet.lit/balcony").condition())
                .isEqualTo(StanzaError.ITEM_NOT_FOUND);
        assertThat(relay.asked).hasSize(1);
    }

    @Test
    void answersOnlyWhenTheRelayIsDone() {
        relay.late = new ArrayList<>();

        RecordingReply reply = activate(ROMEO, "vj3hs98y", "juliet@capulet.lit/balcony");
        assertThat(reply.text()).isNull();
        relay.late.getFirst().accept(ActivationOutcome.ACTIVATED);

        assertThat(reply.text()).contains("type='result'");
    }

    @ParameterizedTest
    @CsvSource({
        "UNKNOWN_HASH, cancel, item-not-found", "ONE_LEG, cancel, not-allowed", "ALREADY_ACTIVE, cancel, conflict",
        "LIMITED, wait, resource-constraint", "DRAINING, wait, resource-constraint",
        "FAILED, cancel, internal-server-error"})
    void saysWhyAStreamIsNotActivated(ActivationOutcome outcome, String type, String condition) {
        relay.known.put(HASH, outcome);

        assertThat(activate(ROMEO, "vj3hs98y", "juliet@capulet.lit/balcony").text())
                .contains("<error type='" + type + "'><" + condition
                        + " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text ");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "<query xmlns='http://jabber.org/protocol/bytestreams'><activate>a@b</activate></query>",
        "<query xmlns='http://jabber.org/protocol/bytestreams' sid=''><activate>a@b</activate></query>",
        "<query xmlns='http://jabber.org/protocol/bytestreams' sid='s'/>",
        "<query xmlns='http://jabber.org/protocol/bytestreams' sid='s'><activate/></query>",
        "<query xmlns='http://jabber.org/protocol/bytestreams' sid='s'><activate> </activate></query>",
        "<query xmlns='http://jabber.org/protocol/bytestreams' sid='s'><activate xmlns='other'>a@b</activate></query>",
        "<query xmlns='http://jabber.org/protocol/bytestreams'"
                + " sid='s'><activate>a@b</activate><activate>c@d</activate></query>",
        "<query xmlns='http://jabber.org/protocol/bytestreams' sid='s' mode='x'><activate>a@b</activate></query>"})
    void answersBadRequestToAMalformedActivation(String query) {
        assertThat(set(ROMEO, query).text())
                .contains("<error type='modify'><bad-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>");
        assertThat(relay.asked).isEmpty();
    }

    @Test
    void limitsTheSidTo1024Bytes() {
        assertThat(activate(ROMEO, "x".repeat(1024), "a@b").condition()).isEqualTo(StanzaError.ITEM_NOT_FOUND);
        assertThat(activate(ROMEO, "\u00E9".repeat(513), "a@b").condition()).isEqualTo(StanzaError.BAD_REQUEST);
    }

    @Test
    void answersJidMalformedToABadTarget() {
        assertThat(activate(ROMEO, "s", "@capulet.lit").text())
                .contains("<error type='modify'><jid-malformed xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>");
    }

    @Test
    void doesNotServeUdpNorBecomeATarget() {
        assertThat(
                set(ROMEO,
                        "<query xmlns='http://jabber.org/protocol/bytestreams' sid='s'"
                                + " mode='udp'><activate>a@b</activate></query>")
                .condition()).isEqualTo(StanzaError.FEATURE_NOT_IMPLEMENTED);
        assertThat(
                set(ROMEO,
                        "<query xmlns='http://jabber.org/protocol/bytestreams' sid='s'><streamhost jid='x' host='h'"
                                + " port='1'/></query>")
                .condition()).isEqualTo(StanzaError.NOT_ACCEPTABLE);
    }

    /** P6: Gajim 1.7 tests a proxy by connecting both ends itself and activating towards an address nobody has. */
    @Test
    void passesTheSelfTestOfGajim() {
        relay.known.put(StreamHash.of("1234", ROMEO, "test@gajim.org/test2"), ActivationOutcome.ACTIVATED);

        assertThat(
                set(ROMEO,
                        "<query xmlns='http://jabber.org/protocol/bytestreams'"
                                + " sid='1234'><activate>test@gajim.org/test2</activate></query>")
                .text()).contains("type='result'");
    }

    /**
     * P8: Conversations takes the Jingle session id for the sid in FT version 3; to a proxy one sid is as good as
     * another.
     */
    @Test
    void takesASessionIdForASid() {
        relay.known.put(StreamHash.of("a73sjjvkla37jfea", ROMEO, "juliet@capulet.lit/balcony"),
                ActivationOutcome.ACTIVATED);

        assertThat(activate(ROMEO, "a73sjjvkla37jfea", "juliet@capulet.lit/balcony").text()).contains("type='result'");
    }

    /** P3: Smack names the mode. */
    @Test
    void acceptsModeTcp() {
        relay.known.put(HASH, ActivationOutcome.ACTIVATED);

        assertThat(set(ROMEO, "<query xmlns='http://jabber.org/protocol/bytestreams' sid='vj3hs98y' mode='tcp'>"
                + "<activate>juliet@capulet.lit/balcony</activate></query>").text()).contains("type='result'");
    }

    private RecordingReply get(String from, String payload) {
        Iq iq = iq("get", from, payload);
        RecordingReply reply = new RecordingReply(iq);
        handler.onGet(iq, reply);
        return reply;
    }

    private RecordingReply set(String from, String payload) {
        Iq iq = iq("set", from, payload);
        RecordingReply reply = new RecordingReply(iq);
        handler.onSet(iq, reply);
        return reply;
    }

    private RecordingReply activate(String from, String sid, String target) {
        return set(from, "<query xmlns='http://jabber.org/protocol/bytestreams' sid='" + sid + "'><activate>" + target
                + "</activate></query>");
    }

    private static Iq iq(String type, String from, String payload) {
        return Xml.iq("<iq type='" + type + "' id='b' from='" + from + "' to='proxy.montague.lit'>"
                + payload + "</iq>");
    }

    private static final class FakeRelay implements RelayPort {
        final Map<String, ActivationOutcome> known = new HashMap<>();
        final List<ActivationRequest> asked = new ArrayList<>();
        List<Consumer<ActivationOutcome>> late;

        @Override
        public List<Streamhost> streamhosts() {
            return List.of(new Streamhost("203.0.113.7", 5000), new Streamhost("2001:db8::7", 443));
        }

        @Override
        public void activate(ActivationRequest request, Consumer<ActivationOutcome> whenDone) {
            asked.add(request);
            if (late != null) {
                late.add(whenDone);
            } else {
                whenDone.accept(known.getOrDefault(request.hash(), ActivationOutcome.UNKNOWN_HASH));
            }
        }
    }
}
