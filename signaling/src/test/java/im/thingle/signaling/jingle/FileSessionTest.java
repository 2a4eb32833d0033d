// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle;

import static im.thingle.signaling.jingle.Brokered.JULIET;
import static im.thingle.signaling.jingle.Brokered.ROMEO;
import static im.thingle.signaling.jingle.Brokered.SEEN_JULIET;
import static im.thingle.signaling.jingle.Brokered.SEEN_ROMEO;
import static im.thingle.signaling.jingle.Brokered.content;
import static im.thingle.signaling.jingle.Brokered.file;
import static im.thingle.signaling.jingle.Brokered.inBand;
import static im.thingle.signaling.jingle.Brokered.jingle;
import static im.thingle.signaling.jingle.Brokered.socks5;
import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.RecordingReply;
import im.thingle.signaling.bytestreams.StreamHash;
import im.thingle.signaling.jingle.Brokered.Asked;
import im.thingle.signaling.port.ActivationOutcome;
import im.thingle.signaling.port.StreamEnd;
import im.thingle.signaling.port.StreamParties;
import im.thingle.signaling.stanza.Jids;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** XEP-0166 with XEP-0260 and XEP-0261: a file from Romeo to Juliet. */
class FileSessionTest {
    private static final String DATA =
            "<data xmlns='http://jabber.org/protocol/ibb' seq='%s' sid='ch3d9s71'>aGVsbG8=</data>";

    private static final String THEIR_CANDIDATE =
            "<candidate cid='hft54dqy' host='192.168.4.1' jid='romeo@montague.lit/orchard' port='5086' priority='8257636'"
                    + " type='direct'/>";
    private static final String SUCCESS = "<reason><success/></reason>";

    private final Brokered brokered = new Brokered();

    @Test
    void theOfferReachesJulietWithTheRelaysCandidatesAndNothingOfRomeosAddress() {
        assertThat(brokered.romeo(jingle("session-initiate", file(socks5("vj3hs98y", THEIR_CANDIDATE)))).text())
                .contains("type='result'");

        Asked offer = brokered.next();
        assertThat(offer.ours()).isEqualTo(SEEN_ROMEO);
        assertThat(offer.theirs()).isEqualTo(JULIET);
        assertThat(offer.payload().attribute("initiator")).isEqualTo(SEEN_ROMEO);
        assertThat(offer.payload().attribute("sid")).isEqualTo("a73sjjvkla37jfea");
        assertThat(offer.text())
                .contains("<name>a.txt</name>", "urn:xmpp:jingle:jet:0", "host='203.0.113.7'", "host='2001:db8::7'")
                .doesNotContain("192.168.4.1", "hft54dqy", "romeo@montague.lit");
        Element candidate = offer.transport().children().getFirst();
        assertThat(candidate.attribute("type")).isEqualTo("direct");
        assertThat(candidate.attribute("jid")).isEqualTo(SEEN_ROMEO);
        assertThat(offer.transport().attribute("mode")).isEqualTo("tcp");
        assertThat(offer.transport().attribute("dstaddr"))
                .isEqualTo(StreamHash.of(offer.transport().attribute("sid"), SEEN_ROMEO, JULIET));
    }

    @Test
    void twoSocketsAreJoined() {
        connectBySocks5();

        assertThat(brokered.streams.joined).hasSize(1);
        assertThat(brokered.streams.joined.getFirst().get(0).hashes())
                .contains(StreamHash.of("vj3hs98y", SEEN_JULIET, ROMEO), StreamHash.of("vj3hs98y", ROMEO, SEEN_JULIET));
        assertThat(brokered.streams.parties)
                .isEqualTo(new StreamParties("romeo@montague.lit", ROMEO, JULIET, "id1"));
        assertThat(brokered.events).contains("carries socks5 socks5");

        // what is under way is delivered although the sender has said good-bye
        assertThat(brokered.romeo(jingle("session-terminate", SUCCESS)).condition()).isNull();
        Asked bye = brokered.next();
        assertThat(bye.theirs()).isEqualTo(JULIET);
        assertThat(bye.text()).contains("session-terminate", "<success/>");
        assertThat(brokered.streams.cut).isEmpty();
        assertThat(brokered.sessions.size()).isEqualTo(1);

        brokered.streams.whenEnded.accept(new StreamEnd(9, true, "completed"));
        assertThat(brokered.sessions.size()).isZero();
        assertThat(brokered.streams.expected).isEmpty();
        assertThat(brokered.events).contains("ended success by " + ROMEO + " bytes 9");
    }

    @Test
    void aCancelledTransferIsCutAtOnce() {
        connectBySocks5();

        brokered.juliet(jingle("session-terminate", "<reason><cancel/></reason>"));

        assertThat(brokered.next().text()).contains("<cancel/>");
        assertThat(brokered.streams.cut).hasSize(1);
        assertThat(brokered.sessions.size()).isZero();
    }

    @Test
    void aStreamThatNobodyEndsIsCutAfterAMinute() {
        connectBySocks5();
        brokered.romeo(jingle("session-terminate", SUCCESS));

        brokered.advance(61);

        assertThat(brokered.streams.cut).hasSize(1);
        assertThat(brokered.sessions.size()).isZero();
    }

    @Test
    void aLegThatReachesNoCandidateFallsBackAndIsBridged() {
        accept();
        // Romeo reaches the relay, Juliet does not
        brokered.romeo(jingle("transport-info", content(socks5("vj3hs98y", used(answer, 0)))));
        brokered.juliet(jingle("transport-info", content(socks5(offer.transport().attribute("sid"), "<candidate-error/>"))));
        Asked replace = brokered.next();
        assertThat(replace.theirs()).isEqualTo(JULIET);
        assertThat(replace.action()).isEqualTo("transport-replace");
        assertThat(replace.transport().namespace()).isEqualTo("urn:xmpp:jingle:transports:ibb:1");
        String sid = replace.transport().attribute("sid");
        replace.ack();

        brokered.juliet(jingle("transport-accept", content(inBand(sid, 4096))));
        Asked open = brokered.next();
        assertThat(open.text()).isEqualTo(
                "<open xmlns='http://jabber.org/protocol/ibb' block-size='4096' sid='" + sid + "' stanza='iq'/>");
        open.ack();
        assertThat(brokered.events).contains("carries socks5 in-band");

        brokered.streams.bridged.send("hello".getBytes(StandardCharsets.UTF_8));
        Asked data = brokered.next();
        assertThat(data.text()).isEqualTo("<data xmlns='http://jabber.org/protocol/ibb' sid='" + sid + "' seq='0'>aGVsbG8=</data>");
        data.ack();
        brokered.juliet("<data xmlns='http://jabber.org/protocol/ibb' seq='0' sid='" + sid + "'>YnllIQ==</data>");
        assertThat(brokered.streams.bridged.written.toString(StandardCharsets.UTF_8)).isEqualTo("bye!");

        brokered.streams.bridged.end();
        Asked close = brokered.next();
        assertThat(close.payload().name()).isEqualTo("close");
        close.ack();
        assertThat(brokered.streams.bridged.finished).isTrue();
        brokered.romeo(jingle("session-terminate", SUCCESS));
        assertThat(brokered.sessions.size()).isZero();
    }

    @Test
    void theInitiatorFallsBackByItself() {
        accept();
        brokered.juliet(jingle("transport-info", content(socks5(offer.transport().attribute("sid"), used(offer, 0)))));
        brokered.romeo(jingle("transport-info", content(socks5("vj3hs98y", "<candidate-error/>"))));
        assertThat(brokered.asked).isEmpty();

        assertThat(brokered.romeo(jingle("transport-replace", content(inBand("ch3d9s71", 4096)))).condition()).isNull();
        Asked taken = brokered.next();
        assertThat(taken.theirs()).isEqualTo(ROMEO);
        assertThat(taken.action()).isEqualTo("transport-accept");
        assertThat(taken.transport().attribute("sid")).isEqualTo("ch3d9s71");
        taken.ack();

        assertThat(brokered.romeo("<open xmlns='http://jabber.org/protocol/ibb' block-size='4096' sid='ch3d9s71'/>").condition())
                .isNull();
        assertThat(brokered.romeo("<data xmlns='http://jabber.org/protocol/ibb' seq='0' sid='ch3d9s71'>aGVsbG8=</data>").text())
                .contains("type='result'");
        assertThat(brokered.streams.bridged.written.toString(StandardCharsets.UTF_8)).isEqualTo("hello");
    }

    @Test
    void bothLegsInBand() {
        brokered.romeo(jingle("session-initiate", file(inBand("ch3d9s71", 8192))));
        Asked offer = brokered.next();
        offer.ack();
        String sid = offer.transport().attribute("sid");
        assertThat(offer.transport().namespace()).isEqualTo("urn:xmpp:jingle:transports:ibb:1");
        // Juliet wants smaller blocks, under another name
        brokered.juliet(jingle("transport-replace", content(inBand("other", 2048))));
        Asked taken = brokered.next();
        assertThat(taken.action()).isEqualTo("transport-accept");
        taken.ack();
        assertThat(sid).isNotEqualTo("other");
        assertThat(brokered.asked).isEmpty(); // nothing is opened before somebody has accepted
        brokered.juliet(jingle("session-accept", file(inBand("other", 2048))));
        assertThat(brokered.next().action()).isEqualTo("session-accept");
        Asked open = brokered.next();
        assertThat(open.payload().attribute("sid")).isEqualTo("other");
        open.ack();
        brokered.romeo("<open xmlns='http://jabber.org/protocol/ibb' block-size='8192' sid='ch3d9s71'/>");
        assertThat(brokered.events).contains("carries in-band in-band");

        byte[] block = new byte[8192];
        String text = Base64.getEncoder().encodeToString(block);
        assertThat(brokered.romeo("<data xmlns='http://jabber.org/protocol/ibb' seq='0' sid='ch3d9s71'>" + text + "</data>").text())
                .contains("type='result'");
        assertThat(brokered.asked).hasSize(4); // 8,192 bytes in blocks of 2,048
        brokered.romeo("<data xmlns='http://jabber.org/protocol/ibb' seq='1' sid='ch3d9s71'>" + text + "</data>");
        assertThat(brokered.asked).hasSize(8);
        // the next is not acknowledged before there is room on the other leg
        var third = brokered.romeo("<data xmlns='http://jabber.org/protocol/ibb' seq='2' sid='ch3d9s71'>" + text + "</data>");
        assertThat(third.text()).isNull();
        brokered.next().ack();
        assertThat(third.text()).contains("type='result'");
    }

    /** The legs have nothing to do with each other: only Romeo's client wants its bytes in stanzas. */
    @Test
    void aClientThatConnectsIsOfferedSocketsThoughTheOtherOffersInBandBytes() {
        Asked offer = offeredInBandToOneThatConnects();
        String sid = offer.transport().attribute("sid");
        assertThat(offer.text()).contains("host='203.0.113.7'").doesNotContain("urn:xmpp:jingle:transports:ibb:1");
        brokered.juliet(jingle("session-accept", file(socks5(sid, ""))));
        Asked answer = brokered.next();
        assertThat(answer.transport().namespace()).isEqualTo("urn:xmpp:jingle:transports:ibb:1");
        answer.ack();
        brokered.next().ack(); // none of Juliet's candidates will do
        brokered.juliet(jingle("transport-info", content(socks5(sid, offer.used(0)))));
        brokered.romeo("<open xmlns='http://jabber.org/protocol/ibb' block-size='4096' sid='ch3d9s71'/>");

        assertThat(brokered.events).contains("carries in-band socks5");
        assertThat(brokered.romeo(DATA.formatted(0)).text()).contains("type='result'");
        assertThat(brokered.streams.bridged.written.toString(StandardCharsets.UTF_8)).isEqualTo("hello");
    }

    @Test
    void aClientThatShouldConnectAndCannotFallsBack() {
        Asked offer = offeredInBandToOneThatConnects();
        String sid = offer.transport().attribute("sid");
        brokered.juliet(jingle("session-accept", file(socks5(sid, ""))));
        brokered.ackAll();
        brokered.juliet(jingle("transport-info", content(socks5(sid, "<candidate-error/>"))));
        Asked replace = brokered.next();
        assertThat(replace.action()).isEqualTo("transport-replace");
        String other = replace.transport().attribute("sid");
        replace.ack();
        brokered.juliet(jingle("transport-accept", content(inBand(other, 4096))));
        brokered.next().ack(); // the opening
        brokered.romeo("<open xmlns='http://jabber.org/protocol/ibb' block-size='4096' sid='ch3d9s71'/>");

        assertThat(brokered.events).contains("carries in-band in-band");
    }

    private Asked offeredInBandToOneThatConnects() {
        brokered.sessions.ask((client, party, feature) -> client.toString().equals(JULIET)
                && party.toString().equals(ROMEO) && feature.equals("urn:xmpp:jingle:transports:s5b:1"));
        return brokered.offer(file(inBand("ch3d9s71", 4096)));
    }

    /** Bytes in stanzas obey the limits of bytes in sockets: what may not come yet is not acknowledged. */
    @Test
    void bytesOnBothLegsInBandWaitForTheRate() {
        brokered.agreeInBand();
        brokered.streams.allowance = 1;
        assertThat(brokered.romeo(DATA.formatted(0)).condition()).isNull();
        RecordingReply waits = brokered.romeo(DATA.formatted(1));
        brokered.ackAll();
        brokered.advance(1);
        assertThat(waits.text()).isNull();

        brokered.streams.allowance = 1;
        brokered.advance(1);
        assertThat(waits.text()).contains("type='result'");
        assertThat(brokered.next().text()).contains("<data ");
    }

    @Test
    void bytesOnBothLegsInBandEndWithTheDay() {
        brokered.streams.today = 5;
        brokered.agreeInBand();
        brokered.romeo(DATA.formatted(0));
        brokered.ackAll();

        assertThat(brokered.events).last().isEqualTo("ended connectivity-error by  bytes 5");
        assertThat(brokered.romeo(DATA.formatted(1)).condition()).isEqualTo(StanzaError.ITEM_NOT_FOUND);
        assertThat(brokered.streams.meters).isZero();
        assertThat(brokered.sessions.size()).isZero();
    }

    @Test
    void whoeverRefusesTheOfferIsBelieved() {
        brokered.romeo(jingle("session-initiate", file(socks5("vj3hs98y", ""))));
        brokered.next().refuse(StanzaError.SERVICE_UNAVAILABLE, null);

        Asked bye = brokered.next();
        assertThat(bye.theirs()).isEqualTo(ROMEO);
        assertThat(bye.text()).contains("session-terminate", "<gone/>");
        assertThat(brokered.sessions.size()).isZero();
        assertThat(brokered.streams.expected).isEmpty();
    }

    @Test
    void socketsThatCannotBeJoinedEndTheSessionOnBothLegs() {
        brokered.streams.outcome = ActivationOutcome.ONE_LEG;
        connectBySocks5();

        assertThat(brokered.next().text()).contains("session-terminate", "<connectivity-error/>");
        assertThat(brokered.next().text()).contains("session-terminate", "<connectivity-error/>");
        assertThat(brokered.sessions.size()).isZero();
    }

    @Test
    void aClientThatVanishesEndsTheSession() {
        connectBySocks5();
        brokered.sessions.onUnavailable(Jids.parse(JULIET).orElseThrow(), Jids.parse(ROMEO).orElseThrow());

        brokered.advance(12);

        assertThat(brokered.next().text()).contains("<gone/>");
        assertThat(brokered.streams.cut).hasSize(1);
    }

    private Asked offer;
    private Asked answer;

    /** Juliet accepts; both have been told that their own candidates will not do. */
    private void accept() {
        brokered.romeo(jingle("session-initiate", file(socks5("vj3hs98y", THEIR_CANDIDATE))));
        offer = brokered.next();
        offer.ack();
        brokered.juliet(jingle("session-accept", file(socks5(offer.transport().attribute("sid"), THEIR_CANDIDATE))));
        answer = brokered.next();
        assertThat(answer.theirs()).isEqualTo(ROMEO);
        assertThat(answer.payload().attribute("responder")).isEqualTo(SEEN_JULIET);
        answer.ack();
        for (int i = 0; i < 2; i++) {
            Asked info = brokered.next();
            assertThat(info.transport().child("candidate-error", "urn:xmpp:jingle:transports:s5b:1")).isNotNull();
            info.ack();
        }
    }

    private void connectBySocks5() {
        accept();
        brokered.juliet(jingle("transport-info", content(socks5(offer.transport().attribute("sid"), used(offer, 0)))));
        brokered.romeo(jingle("transport-info", content(socks5("vj3hs98y", used(answer, 1)))));
    }

    private static String used(Asked of, int candidate) {
        return "<candidate-used cid='" + of.transport().children().get(candidate).attribute("cid") + "'/>";
    }
}
