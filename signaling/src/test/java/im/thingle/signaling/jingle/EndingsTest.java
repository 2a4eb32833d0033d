// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle;

import static im.thingle.signaling.jingle.Brokered.JULIET;
import static im.thingle.signaling.jingle.Brokered.ROMEO;
import static im.thingle.signaling.jingle.Brokered.content;
import static im.thingle.signaling.jingle.Brokered.file;
import static im.thingle.signaling.jingle.Brokered.inBand;
import static im.thingle.signaling.jingle.Brokered.jingle;
import static im.thingle.signaling.jingle.Brokered.socks5;
import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.jingle.Brokered.Asked;
import im.thingle.signaling.port.StreamEnd;
import im.thingle.signaling.stanza.Jids;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jxmpp.jid.Jid;

/** How sessions end when nobody ends them in order: both parties are told, and nothing is left. */
class EndingsTest {
    private static final Jid ROMEOS = Jids.parse(ROMEO).orElseThrow();
    private static final Jid JULIETS = Jids.parse(JULIET).orElseThrow();

    private final Brokered brokered = new Brokered();

    @Test
    void anOfferWaitsMinutesForSomebody() {
        brokered.offer(file(socks5("s", "")));
        brokered.advance(9 * 60);
        assertThat(brokered.asked).isEmpty();

        brokered.advance(2 * 60);

        bothAreTold("timeout");
    }

    @Test
    void aPartyThatHasAcceptedDoesNotEndWithTheOffer() {
        brokered.connect();

        brokered.advance(11 * 60);

        assertThat(brokered.asked).isEmpty();
    }

    @Test
    void anOfferThatNoClientAcknowledgesEndsAtOnce() {
        brokered.romeo(jingle("session-initiate", file(socks5("s", ""))));

        brokered.next().whenAnswered().accept(null);

        Asked bye = brokered.next();
        assertThat(bye.theirs()).isEqualTo(ROMEO);
        assertThat(bye.text()).contains("<timeout/>");
        nothingIsLeft();
    }

    /** XEP-0166 §6.3.2; nobody is followed to another address. */
    @ParameterizedTest
    @CsvSource({"SERVICE_UNAVAILABLE,gone", "REDIRECT,gone", "RESOURCE_CONSTRAINT,busy", "BAD_REQUEST,general-error",
        "FEATURE_NOT_IMPLEMENTED,general-error"})
    void refusalsOfTheOfferHaveReasons(StanzaError condition, String reason) {
        brokered.romeo(jingle("session-initiate", file(socks5("s", ""))));

        brokered.next().refuse(condition, null);

        assertThat(brokered.next().text()).contains("session-terminate", "<" + reason + "/>");
        nothingIsLeft();
    }

    @Test
    void anOfferThatLosesATieHasAnAlternative() {
        brokered.romeo(jingle("session-initiate", file(socks5("s", ""))));

        brokered.next().refuse(StanzaError.CONFLICT, Element.of("tie-break", JingleError.NAMESPACE).build());

        assertThat(brokered.next().text()).contains("<alternative-session/>");
    }

    @Test
    void whoNeitherConnectsNorFallsBackIsNotWaitedForForEver() {
        brokered.agree();

        brokered.advance(62);

        bothAreTold("failed-transport");
    }

    @Test
    void whoConnectsLateIsWaitedFor() {
        brokered.advance(1_000_000); // time has not begun with this session
        Asked[] agreed = brokered.agree();
        brokered.romeo(jingle("transport-info", content(socks5("vj3hs98y", "<candidate-error/>"))));
        brokered.advance(50);
        assertThat(brokered.asked).isEmpty();

        brokered.romeo(jingle("transport-replace", content(inBand("ch3d9s71", 4096))));
        assertThat(brokered.next().action()).isEqualTo("transport-accept");
        brokered.juliet(
                jingle("transport-info", content(socks5(agreed[0].transport().attribute("sid"), agreed[0].used(0)))));
        assertThat(brokered.romeo("<open xmlns='http://jabber.org/protocol/ibb' block-size='4096' sid='ch3d9s71'/>")
                .condition())
                .isNull();

        assertThat(brokered.events).contains("carries in-band socks5");
    }

    @Test
    void reasonsAndTheirTextsArePassedOn() {
        brokered.connect();
        String reason = "<reason><decline/><text>Not now.</text><x xmlns='urn:example:app'/></reason>";

        brokered.juliet(jingle("session-terminate", reason));

        assertThat(brokered.next().text()).isEqualTo(jingle("session-terminate", reason));
        nothingIsLeft();
        assertThat(brokered.events).last().isEqualTo("ended decline by " + JULIET + " bytes 3");
    }

    @Test
    void whenAllIsCarriedAndNobodySaysGoodByeTheRelayDoes() {
        brokered.connect();
        brokered.streams.whenEnded.accept(new StreamEnd(9, true, "completed"));
        brokered.advance(299);
        assertThat(brokered.asked).isEmpty();

        brokered.advance(3);

        bothAreTold("success");
        assertThat(brokered.events).last().isEqualTo("ended success by  bytes 9");
    }

    @Test
    void aSocketThatBreaksEndsTheSession() {
        brokered.connect();

        brokered.streams.whenEnded.accept(new StreamEnd(4, false, "reset"));

        bothAreTold("connectivity-error");
        assertThat(brokered.events).last().isEqualTo("ended connectivity-error by  bytes 4");
    }

    @Test
    void inBandBytesThatNobodySendsAreNotWaitedForForEver() {
        brokered.agreeInBand();
        brokered.advance(200);
        brokered.romeo("<data xmlns='http://jabber.org/protocol/ibb' seq='0' sid='ch3d9s71'>aGVsbG8=</data>");
        brokered.ackAll();
        brokered.advance(299);
        assertThat(brokered.asked).isEmpty();

        brokered.advance(3);

        assertThat(brokered.ackAll()).filteredOn(asked -> "session-terminate".equals(asked.action())).hasSize(2)
                .allSatisfy(asked -> assertThat(asked.text()).contains("<connectivity-error/>"));
        nothingIsLeft();
    }

    @Test
    void anOperatorEndsASession() {
        brokered.connect();

        brokered.end.run();
        brokered.end.run();

        bothAreTold("gone");
    }

    @Test
    void aClientThatComesBackInTimeKeepsItsSession() {
        brokered.connect();
        brokered.sessions.onUnavailable(JULIETS, ROMEOS);
        brokered.advance(8);
        brokered.sessions.onAvailable(JULIETS, ROMEOS);
        brokered.advance(20);
        assertThat(brokered.asked).isEmpty();

        brokered.sessions.onUnavailable(JULIETS, ROMEOS);
        brokered.advance(8);
        brokered.juliet(jingle("session-info", ""));
        brokered.ackAll();
        brokered.advance(20);
        assertThat(brokered.asked).isEmpty();

        brokered.sessions.onUnavailable(JULIETS, ROMEOS);
        brokered.advance(12);
        bothAreTold("gone");
    }

    @Test
    void whoIsOfflineForOthersOrOnAnotherClientIsNotGone() {
        brokered.connect();

        brokered.sessions.onUnavailable(JULIETS, Jids.parse("paris@montague.lit").orElseThrow());
        brokered.sessions.onUnavailable(Jids.parse("juliet@capulet.lit/chamber").orElseThrow(), ROMEOS);
        brokered.advance(60);

        assertThat(brokered.asked).isEmpty();
    }

    @Test
    void anOfferIsLostWithTheLinkAndBothHearOfItWhenItIsBack() {
        brokered.offer(file(socks5("s", "")));

        brokered.sessions.onLinkLost();
        assertThat(brokered.asked).isEmpty();
        nothingIsLeft();

        brokered.sessions.onLinkUp();
        bothAreTold("connectivity-error");
        brokered.sessions.onLinkUp();
        assertThat(brokered.asked).isEmpty();
    }

    @Test
    void inBandBytesAreLostWithTheLink() {
        brokered.agreeInBand();

        brokered.sessions.onLinkLost();
        nothingIsLeft();
        brokered.asked.clear(); // what goes to the other party's stream reaches nobody

        brokered.sessions.onLinkUp();
        bothAreTold("connectivity-error");
    }

    @Test
    void joinedSocketsGoOnWithoutTheLink() {
        brokered.connect();
        brokered.romeo(jingle("session-info", ""));
        Asked unanswered = brokered.next();

        brokered.sessions.onLinkLost();
        unanswered.whenAnswered().accept(null); // nor will it be
        brokered.advance(60);
        brokered.sessions.onLinkUp();

        assertThat(brokered.asked).isEmpty();
        assertThat(brokered.streams.cut).isEmpty();
        assertThat(brokered.romeo(jingle("session-info", "")).condition()).isNull();
        assertThat(brokered.asked).hasSize(1);
    }

    @Test
    void whatEndsWithoutTheLinkIsToldWhenItIsBack() {
        brokered.connect();
        brokered.sessions.onLinkLost();

        brokered.streams.whenEnded.accept(new StreamEnd(4, false, "reset"));
        assertThat(brokered.asked).isEmpty();
        nothingIsLeft();

        brokered.sessions.onLinkUp();
        bothAreTold("connectivity-error");
    }

    /** Nobody is to accept what cannot be finished. */
    @Test
    void whileTheRelayDrainsOffersEndAndWhatHasBegunGoesOn() {
        brokered.offer(file(socks5("s", "")));
        brokered.draining = true;
        brokered.advance(1);
        bothAreTold("gone");

        brokered.draining = false;
        brokered.agree();
        brokered.draining = true;
        brokered.advance(50);
        assertThat(brokered.asked).isEmpty();
        assertThat(brokered.sessions.size()).isOne();
    }

    @Test
    void whenTheRelayGoesDownBothAreTold() {
        brokered.connect();

        brokered.sessions.close();

        bothAreTold("gone");
        assertThat(brokered.streams.cut).hasSize(1);
    }

    private void bothAreTold(String reason) {
        assertThat(brokered.asked).extracting(Asked::theirs).containsExactly(ROMEO, JULIET);
        assertThat(brokered.ackAll())
                .allSatisfy(asked -> assertThat(asked.text()).contains("session-terminate", "<" + reason + "/>"));
        nothingIsLeft();
    }

    private void nothingIsLeft() {
        assertThat(brokered.sessions.size()).isZero();
        assertThat(brokered.sessions.inBandStreams()).isZero();
        assertThat(brokered.streams.expected).isEmpty();
    }
}
