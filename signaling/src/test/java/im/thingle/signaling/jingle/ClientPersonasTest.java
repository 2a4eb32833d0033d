// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle;

import static im.thingle.signaling.jingle.Brokered.JULIET;
import static im.thingle.signaling.jingle.Brokered.ROMEO;
import static im.thingle.signaling.jingle.Brokered.SEEN_JULIET;
import static im.thingle.signaling.jingle.Brokered.SEEN_ROMEO;
import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.Xml;
import im.thingle.signaling.bytestreams.StreamHash;
import im.thingle.signaling.jingle.Brokered.Asked;
import im.thingle.signaling.xml.Element;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What well-known clients send, as they send it, with all the versions of file transfer that they speak (XEP-0234). */
class ClientPersonasTest {
    /** The relay itself, which Conversations has found as the proxy of its server. */
    private static final String PROXY = "<candidate cid='proxy1' host='203.0.113.7' jid='proxy.montague.lit'"
            + " port='5000' priority='655360' type='proxy'/>";
    private static final String DIRECT = "<candidate cid='d1' host='192.0.2.9' jid='" + ROMEO + "' port='41234'"
            + " priority='8257536' type='direct'/>";
    private static final String JET = "<security xmlns='urn:xmpp:jingle:jet:0' name='f'"
            + " cipher='urn:xmpp:ciphers:aes-128-gcm-nopadding:0' type='urn:xmpp:jingle:jet-omemo:0'><encrypted"
            + " xmlns='eu.siacs.conversations.axolotl'><header sid='5'><key"
            + " rid='7'>MwohBQ==</key><iv>AAAA</iv></header></encrypted></security>";
    private static final String XTLS = "<security xmlns='urn:xmpp:jingle:security:xtls:0'><fingerprint"
            + " algo='sha-256'>2a:94</fingerprint><method name='x509'/></security>";

    private final Brokered brokered = new Brokered();

    @ParameterizedTest
    @ValueSource(strings = {
        "<description"
                + " xmlns='urn:xmpp:jingle:apps:file-transfer:3'>"
                + "<offer><file><size>9</size><name>a.jpg</name></file></offer></description>",
        "<description"
                + " xmlns='urn:xmpp:jingle:apps:file-transfer:4'>"
                + "<file><size>9</size><name>a.jpg</name></file></description>",
        "<description xmlns='urn:xmpp:jingle:apps:file-transfer:5'><file><size>9</size><name>a.jpg</name><range"
                + " offset='4'/><hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>kcI=</hash></file></description>"})
    void descriptionsAndKeysAreNobodyElsesBusiness(String description) {
        for (String security : List.of("", JET, XTLS)) {
            Brokered fresh = new Brokered();

            Asked offer = fresh.offer(content(description, transport("s1", ""), security));

            Element told = offer.payload().child("content", Jingle.NAMESPACE);
            assertThat(Xml.text(told)).contains(description + "<transport ")
                    .endsWith("</transport>" + security + "</content>");
            assertThat(told.attributes())
                    .isEqualTo(Xml.stanza("<content creator='initiator' name='f' senders='initiator'/>").attributes());
        }
    }

    /**
     * It takes part in the proxy of its own, under its own hash, before it offers; the relay must leave it room for
     * another.
     */
    @Test
    void conversationsSendsAFileWithItsOwnSocketAtTheVeryRelay() {
        Asked offer = brokered.offer(content(version(5), transport("x1", DIRECT + PROXY), ""));

        assertThat(brokered.streams.expected.getFirst().hashes())
                .containsExactly(StreamHash.of("x1", SEEN_JULIET, ROMEO));
        assertThat(offer.text()).doesNotContain("192.0.2.9", "proxy1", "d1'");
        assertThat(offer.transport().children())
                .allSatisfy(each -> assertThat(each.attribute("type")).isEqualTo("direct"));
    }

    /** In version 3 it takes the id of the session for that of the transport. */
    @Test
    void conversationsComputesTheHashOfVersion3WithAnotherId() {
        Asked offer = brokered.offer(content(version(3), transport("x1", DIRECT), ""));

        assertThat(brokered.streams.expected.get(0).hashes())
                .contains(StreamHash.of("a73sjjvkla37jfea", SEEN_JULIET, ROMEO));
        assertThat(brokered.streams.expected.get(1).hashes()).containsExactly(
                StreamHash.of(offer.transport().attribute("sid"), SEEN_ROMEO, JULIET),
                StreamHash.of("a73sjjvkla37jfea", SEEN_ROMEO, JULIET));
    }

    /** Both fall back when the other of them does: two proxies that are down, say. Its blocks are of 8,192 bytes. */
    @Test
    void conversationsFallsBackToInBandBytes() {
        Asked[] agreed = brokered.agree();
        String sid = agreed[0].transport().attribute("sid");
        brokered.juliet(jingle("transport-info", "", part(transport(sid, agreed[0].used(0)))));
        brokered.romeo(jingle("transport-info", "", part(transport("vj3hs98y", "<candidate-error/>"))));

        brokered.romeo(jingle("transport-replace", "",
                part("<transport xmlns='urn:xmpp:jingle:transports:ibb:1' sid='i1' block-size='8192'/>")));

        Asked accepted = brokered.next();
        assertThat(accepted.text()).contains("transport-accept", "block-size='8192'", "sid='i1'");
        brokered.romeo("<open xmlns='http://jabber.org/protocol/ibb' block-size='8192' sid='i1' stanza='iq'/>");
        brokered.romeo("<data xmlns='http://jabber.org/protocol/ibb' seq='0' sid='i1'>aGVsbG8=</data>");
        assertThat(brokered.romeo("<close xmlns='http://jabber.org/protocol/ibb' sid='i1'/>").condition()).isNull();
        assertThat(brokered.streams.bridged.written.toString(StandardCharsets.UTF_8)).isEqualTo("hello");
        assertThat(brokered.streams.bridged.finished).isTrue();
    }

    /** It names the address of its proxies, and the mode; it waits for what the other makes of its candidates. */
    @Test
    void dinoSendsAFile() {
        String dstaddr = StreamHash.of("dino-sid", ROMEO, SEEN_JULIET);
        brokered.romeo("<jingle xmlns='urn:xmpp:jingle:1' action='session-initiate' initiator='" + ROMEO + "'"
                + " sid='a73sjjvkla37jfea'>"
                + content(version(5),
                        "<transport xmlns='urn:xmpp:jingle:transports:s5b:1' mode='tcp' sid='dino-sid' dstaddr='"
                                + dstaddr
                        + "'>" + DIRECT + "</transport>", "") + "</jingle>");
        Asked offer = brokered.next();
        offer.ack();
        assertThat(offer.payload().attribute("initiator")).isEqualTo(SEEN_ROMEO);
        assertThat(offer.text()).doesNotContain(ROMEO, dstaddr);
        assertThat(offer.transport().attribute("mode")).isEqualTo("tcp");

        String sid = offer.transport().attribute("sid");
        brokered.juliet("<jingle xmlns='urn:xmpp:jingle:1' action='session-accept' responder='" + JULIET + "'"
                + " sid='a73sjjvkla37jfea'>"
                + content(version(5), transport(sid, ""), "") + "</jingle>");

        Asked accepted = brokered.next();
        assertThat(accepted.payload().attribute("responder")).isEqualTo(SEEN_JULIET);
        assertThat(accepted.text()).doesNotContain(JULIET);
        assertThat(accepted.transport().attribute("dstaddr")).isEqualTo(StreamHash.of("dino-sid", SEEN_JULIET, ROMEO));
        assertThat(accepted.transport().attribute("mode")).isNull(); // XEP-0260 §2.3
        assertThat(brokered.ackAll()).extracting(asked -> asked.transport().attribute("sid"))
                .containsExactlyInAnyOrder("dino-sid", sid);
    }

    /** Its hash has the initiator first, whoever offers; it tells who ends with a text. */
    @Test
    void gajimSendsAFileOverTls() {
        Asked offer = brokered.offer(content(version(5), transport("g1", DIRECT), XTLS));
        String sid = offer.transport().attribute("sid");
        assertThat(brokered.streams.expected.getFirst().hashes())
                .containsExactly(StreamHash.of("g1", SEEN_JULIET, ROMEO), StreamHash.of("g1", ROMEO, SEEN_JULIET));
        brokered.juliet(jingle("session-accept", "responder='" + JULIET + "'",
                content(version(5), transport(sid, ""), XTLS)));
        assertThat(brokered.next().text()).contains(XTLS);
        brokered.ackAll();

        String info = "<security-info xmlns='urn:example:not-understood-here'/>";
        brokered.juliet(jingle("security-info", "", info));
        assertThat(brokered.next().text()).contains(info);
    }

    /** A peer that is ended by an answer to the offer with a lot of candidates costs no more than one with few. */
    @Test
    void aThousandCandidatesAreReadByNobody() {
        Asked offer = brokered.offer(content(version(5), transport("s", DIRECT.repeat(1000)), ""));

        assertThat(offer.transport().children()).hasSize(2);
        brokered.juliet(jingle("session-accept", "",
                content(version(5), transport(offer.transport().attribute("sid"), DIRECT.repeat(1000)), "")));
        assertThat(brokered.next().transport().children()).hasSize(2);
        assertThat(brokered.streams.expected).hasSize(2);
    }

    private static String version(int version) {
        String file = "<file><size>9</size><name>a.jpg</name></file>";
        return "<description xmlns='urn:xmpp:jingle:apps:file-transfer:" + version + "'>"
                + (version == 3 ? "<offer>" + file + "</offer>" : file) + "</description>";
    }

    private static String content(String description, String transport, String security) {
        return "<content creator='initiator' name='f' senders='initiator'>" + description + transport + security
                + "</content>";
    }

    private static String part(String transport) {
        return "<content creator='initiator' name='ex'>" + transport + "</content>";
    }

    private static String transport(String sid, String children) {
        return "<transport xmlns='urn:xmpp:jingle:transports:s5b:1' sid='" + sid + "'>" + children + "</transport>";
    }

    private static String jingle(String action, String attributes, String children) {
        return "<jingle xmlns='urn:xmpp:jingle:1' action='" + action + "' " + attributes + " sid='a73sjjvkla37jfea'>"
                + children + "</jingle>";
    }
}
