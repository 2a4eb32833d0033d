// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle;

import static im.thingle.signaling.jingle.Brokered.JULIET;
import static im.thingle.signaling.jingle.Brokered.ROMEO;
import static im.thingle.signaling.jingle.Brokered.jingle;
import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.port.MediaDescription;
import im.thingle.signaling.jingle.transport.IceTransport;
import im.thingle.signaling.Xml;
import im.thingle.signaling.jingle.Brokered.Asked;
import im.thingle.signaling.port.GatewayLimits;
import im.thingle.signaling.port.MediaEnd;
import im.thingle.signaling.port.MediaParty;
import im.thingle.signaling.port.StreamParties;
import java.util.List;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** XEP-0166 with XEP-0167, 0176, 0320, 0338 and 0343: Romeo calls Juliet, in the words of their clients. */
class CallSessionTest {
    private static final String FINGERPRINT = "02:1A:CC:54:27:AB:EB:9C:53:3F:3E:4B:65:2E:7D:46:3F:54:42:CD:54:F1:7A:03:A2:7D:F9:B0:7F:46:19:B2";
    static final String ROMEOS = fingerprint("actpass", FINGERPRINT);
    static final String JULIETS = fingerprint("active", FINGERPRINT.replace('0', 'F'));
    static final String GROUP = "<group xmlns='urn:xmpp:jingle:apps:grouping:0' semantics='BUNDLE'>"
            + "<content name='audio'/><content name='video'/></group>";
    static final String AUDIO = "<description xmlns='urn:xmpp:jingle:apps:rtp:1' media='audio'>"
            + "<payload-type id='111' name='opus' clockrate='48000' channels='2'>"
            + "<parameter name='useinbandfec' value='1'/><rtcp-fb xmlns='urn:xmpp:jingle:apps:rtp:rtcp-fb:0' type='transport-cc'/>"
            + "</payload-type><rtp-hdrext xmlns='urn:xmpp:jingle:apps:rtp:rtp-hdrext:0' id='1'"
            + " uri='urn:ietf:params:rtp-hdrext:ssrc-audio-level'/>"
            + "<source xmlns='urn:xmpp:jingle:apps:rtp:ssma:0' ssrc='1656081975'><parameter name='cname' value='A'/></source>"
            + "<rtcp-mux/></description>";
    static final String VIDEO = AUDIO.replace("media='audio'", "media='video'");
    private static final String OURS_TO_JULIET = "<candidate component='1' foundation='1' generation='0' id='toJuliet0'"
            + " ip='203.0.113.7' network='0' port='50001' priority='2130706431' protocol='udp' type='host'/>";

    private final FakeMedia media = new FakeMedia();
    private final Brokered brokered = new Brokered(new GatewayLimits(0, 0, Duration.ofMinutes(10)), Optional.of(media));

    /** Conversations: BUNDLE, one set of credentials, candidates later. The relay's are two until the answer bundles, too. */
    @Test
    void aBundledCallHasOneTransportAndFingerprintsPassUntouched() {
        Asked offer = brokered.offer(content("audio", AUDIO, ice("8hhy", "asd88fgpdd777uzjYhagZg", ROMEOS))
                + content("video", VIDEO, ice("8hhy", "asd88fgpdd777uzjYhagZg", ROMEOS)) + GROUP);

        assertThat(offer.text()).isEqualTo("<jingle xmlns='urn:xmpp:jingle:1' action='session-initiate'"
                + " initiator='" + Brokered.SEEN_ROMEO + "' sid='a73sjjvkla37jfea'>"
                + content("audio", AUDIO, ice("toJuliet", "toJuliet-password-of-the-relay", ROMEOS + OURS_TO_JULIET))
                + content("video", VIDEO, ice("toJuliet1", "toJuliet1-password-of-the-relay", ROMEOS + second(OURS_TO_JULIET)))
                + GROUP + "</jingle>");
        assertThat(media.parties).isEqualTo(new StreamParties("romeo@montague.lit", ROMEO, JULIET, "id1"));
        assertThat(media.components).isOne();

        brokered.juliet(jingle("session-accept", content("audio", AUDIO, ice("9uB6", "YH75Fviy6338Vbrhrlp8Yh", JULIETS))
                + content("video", VIDEO, ice("9uB6", "YH75Fviy6338Vbrhrlp8Yh", JULIETS)) + GROUP));

        Asked answer = brokered.next();
        assertThat(answer.theirs()).isEqualTo(ROMEO);
        assertThat(answer.text())
                .contains(GROUP, ice("toRomeo", "toRomeo-password-of-the-relay", JULIETS + toRomeo(OURS_TO_JULIET)))
                .doesNotContain("9uB6", "YH75Fviy6338Vbrhrlp8Yh", "toRomeo1");
        assertThat(media.more).singleElement().satisfies(second -> assertThat(second.done).last().isEqualTo("bundled"));
        assertThat(media.done).containsSubsequence("INITIATOR is 8hhy/asd88fgpdd777uzjYhagZg []",
                "RESPONDER is 9uB6/YH75Fviy6338Vbrhrlp8Yh []", "start RESPONDER", "start INITIATOR");
        media.listener.connected();
        assertThat(brokered.events).contains("carries ice ice");

        brokered.romeo(jingle("session-terminate", "<reason><success/></reason>"));
        assertThat(brokered.next().text()).contains("session-terminate");
        assertThat(media.done).last().isEqualTo("end");
        assertThat(brokered.sessions.size()).isZero();
        assertThat(brokered.events).last().isEqualTo("ended success by " + ROMEO + " bytes 7");
    }

    /** Dino: it knows no BUNDLE. Sound and picture have a transport each, on both legs. */
    @Test
    void anAnswerThatDoesNotBundleIsTakenAsItIs() {
        brokered.offer(content("audio", AUDIO, ice("8hhy", "asd88fgpdd777uzjYhagZg", ROMEOS))
                + content("video", VIDEO, ice("8hhy", "asd88fgpdd777uzjYhagZg", ROMEOS)) + GROUP);

        brokered.juliet(jingle("session-accept", content("audio", AUDIO, ice("aaaa", "password-of-Juliets-sound", JULIETS))
                + content("video", VIDEO, ice("vvvv", "password-of-Juliets-picture", JULIETS))));
        brokered.romeo(jingle("transport-info", content("video", "", "<transport xmlns='urn:xmpp:jingle:transports:ice-udp:1'"
                + " ufrag='8hhy'>" + candidate("192.0.2.4", "udp", 1) + "</transport>")));

        assertThat(brokered.next().text())
                .contains(content("audio", AUDIO, ice("toRomeo", "toRomeo-password-of-the-relay", JULIETS + toRomeo(OURS_TO_JULIET))))
                .contains(content("video", VIDEO,
                        ice("toRomeo1", "toRomeo1-password-of-the-relay", JULIETS + toRomeo(second(OURS_TO_JULIET)))));
        assertThat(media.done).containsExactly("INITIATOR is 8hhy/asd88fgpdd777uzjYhagZg []",
                "RESPONDER is aaaa/password-of-Juliets-sound []", "start RESPONDER", "start INITIATOR");
        assertThat(media.more.getFirst().done).containsExactly("INITIATOR is 8hhy/asd88fgpdd777uzjYhagZg []",
                "RESPONDER is vvvv/password-of-Juliets-picture []", "start RESPONDER", "start INITIATOR",
                "INITIATOR is 8hhy/asd88fgpdd777uzjYhagZg [192.0.2.4:8998/udp]");
    }

    /** A client whose streams have the same credentials, though each has ports of its own. */
    @Test
    void whatNobodyHasOfferedToBundleStaysApart() {
        brokered.offer(content("audio", AUDIO, ice("8hhy", "asd88fgpdd777uzjYhagZg", ROMEOS))
                + content("video", VIDEO, ice("8hhy", "asd88fgpdd777uzjYhagZg", ROMEOS)));

        brokered.juliet(jingle("session-accept", content("audio", AUDIO, ice("9uB6", "YH75Fviy6338Vbrhrlp8Yh", JULIETS))
                + content("video", VIDEO, ice("9uB6", "YH75Fviy6338Vbrhrlp8Yh", JULIETS)) + GROUP));

        assertThat(brokered.next().text()).contains("ufrag='toRomeo'", "ufrag='toRomeo1'");
        assertThat(media.more.getFirst().done).last().isEqualTo("start INITIATOR");
    }

    @Test
    void aContentThatIsBundledNeedsNoCredentialsOfItsOwn() {
        brokered.offer(content("audio", AUDIO, ice("8hhy", "asd88fgpdd777uzjYhagZg", ROMEOS))
                + content("video", VIDEO, ice("yhh8", "another-password-of-Romeos", ROMEOS)) + GROUP);

        brokered.juliet(jingle("session-accept", content("audio", AUDIO, ice("9uB6", "YH75Fviy6338Vbrhrlp8Yh", JULIETS))
                + content("video", VIDEO, "<transport xmlns='urn:xmpp:jingle:transports:ice-udp:1'/>") + GROUP));

        assertThat(brokered.next().text()).contains("session-accept").doesNotContain("toRomeo1");
        assertThat(media.done).last().isEqualTo("start INITIATOR");
    }

    /** Conversations, when sound becomes sound and picture: the new content has a transport with nothing in it. */
    @Test
    void aContentThatIsAddedToABundleNeedsNoCredentialsOfItsOwn() {
        String empty = "<transport xmlns='urn:xmpp:jingle:transports:ice-udp:1'/>";
        String alone = GROUP.replace("<content name='video'/>", "");
        brokered.offer(content("audio", AUDIO, ice("8hhy", "asd88fgpdd777uzjYhagZg", ROMEOS)) + alone);
        brokered.juliet(jingle("session-accept",
                content("audio", AUDIO, ice("9uB6", "YH75Fviy6338Vbrhrlp8Yh", JULIETS)) + alone));
        brokered.next().ack();

        brokered.romeo(jingle("content-add", content("video", VIDEO, empty) + GROUP));
        Asked added = brokered.next();
        added.ack();
        brokered.juliet(jingle("content-accept", content("video", VIDEO, empty) + GROUP));

        assertThat(added.text()).contains("content-add", "name='video'", "ufrag='toJuliet'", GROUP);
        assertThat(brokered.next().text()).contains("content-accept", "ufrag='toRomeo'", GROUP);
        assertThat(media.more).isEmpty();
        assertThat(media.done).doesNotContain("end");
    }

    @Test
    void aContentWithoutCredentialsHasNoTransportWhereNothingIsBundled() {
        brokered.offer(content("audio", AUDIO, ice("8hhy", "asd88fgpdd777uzjYhagZg", ROMEOS)));
        brokered.juliet(jingle("session-accept", content("audio", AUDIO, ice("9uB6", "YH75Fviy6338Vbrhrlp8Yh", JULIETS))));
        brokered.next().ack();

        brokered.romeo(jingle("content-add", content("video", VIDEO, "<transport xmlns='urn:xmpp:jingle:transports:ice-udp:1'/>")));

        assertThat(brokered.next().text()).contains("content-reject", "<unsupported-transports/>");
    }

    /** RFC 8843 §7.1.3: each content was offered with credentials of its own, and one transport is left of two. */
    @Test
    void candidatesOfATransportThatWasBundledAwayBeginNothingAnew() {
        brokered.offer(content("audio", AUDIO, ice("8hhy", "asd88fgpdd777uzjYhagZg", ROMEOS))
                + content("video", VIDEO, ice("yhh8", "another-password-of-Romeos", ROMEOS)) + GROUP);
        brokered.juliet(jingle("session-accept", content("audio", AUDIO, ice("9uB6", "YH75Fviy6338Vbrhrlp8Yh", JULIETS))
                + content("video", VIDEO, ice("6Bu9", "another-password-of-Juliets", JULIETS)) + GROUP));
        brokered.next().ack();
        List<String> before = List.copyOf(media.done);

        brokered.romeo(jingle("transport-info",
                content("video", "", ice("yhh8", "another-password-of-Romeos", candidate("192.0.2.3", "udp", 1)))));
        brokered.juliet(jingle("transport-info",
                content("video", "", ice("6Bu9", "another-password-of-Juliets", candidate("192.0.2.4", "udp", 1)))));

        assertThat(brokered.asked).isEmpty();
        assertThat(media.done).isEqualTo(before);
    }

    @Test
    void aContentThatIsAddedMayHaveATransportOfItsOwn() {
        brokered.offer(content("audio", AUDIO, ice("8hhy", "asd88fgpdd777uzjYhagZg", ROMEOS)));
        brokered.juliet(jingle("session-accept", content("audio", AUDIO, ice("9uB6", "YH75Fviy6338Vbrhrlp8Yh", JULIETS))));
        brokered.next().ack();
        brokered.romeo(jingle("content-add", content("video", VIDEO, ice("8hhy", "asd88fgpdd777uzjYhagZg", ROMEOS))
                + "<group xmlns='urn:xmpp:jingle:apps:grouping:0' semantics='BUNDLE'><content name='video'/></group>"));
        assertThat(brokered.next().text()).contains("content-add", "ufrag='toJuliet1'");

        brokered.juliet(jingle("content-accept", content("video", VIDEO, ice("vvvv", "password-of-Juliets-picture", JULIETS))));

        assertThat(brokered.next().text()).contains("content-accept", "ufrag='toRomeo1'");
        assertThat(brokered.asked).isEmpty();
        assertThat(media.done).doesNotContain("end");
    }

    /** Each candidate by itself, and none of them is told to the other party. */
    @Test
    void tricklesEndHere() {
        call();

        brokered.romeo(jingle("transport-info",
                content("audio", "", ice("8hhy", "asd88fgpdd777uzjYhagZg", candidate("192.168.1.7", "udp", 1)))));
        brokered.juliet(jingle("transport-info",
                content("audio", "", ice("9uB6", "YH75Fviy6338Vbrhrlp8Yh", candidate("host.example", "tcp", 1)))));

        assertThat(brokered.asked).isEmpty();
        assertThat(media.done).endsWith("INITIATOR is 8hhy/asd88fgpdd777uzjYhagZg [192.168.1.7:8998/udp]",
                "RESPONDER is 9uB6/YH75Fviy6338Vbrhrlp8Yh [host.example:8998/tcp]");
    }

    /** As soon as Romeo knows his candidates, which is long before Juliet takes the call. */
    @Test
    void tricklesBeforeTheLegsAreThere() {
        media.slow = true;
        brokered.romeo(jingle("session-initiate", content("audio", AUDIO, ice("8hhy", "asd88fgpdd777uzjYhagZg", ROMEOS))));
        brokered.romeo(jingle("transport-info",
                content("audio", "", ice("8hhy", "asd88fgpdd777uzjYhagZg", candidate("192.0.2.3", "udp", 1)))));
        assertThat(brokered.asked).isEmpty();

        media.answer();

        assertThat(brokered.next().action()).isEqualTo("session-initiate");
        assertThat(media.done).containsExactly("INITIATOR is 8hhy/asd88fgpdd777uzjYhagZg [192.0.2.3:8998/udp]");
    }

    /** The relay, which has heard of nothing before, will not answer this as a new beginning; nor is it waited for. */
    @Test
    void whoChangesItsMindBeforeTheLegsAreThereBeginsNothingAnew() {
        media.slow = true;
        brokered.romeo(jingle("session-initiate", content("audio", AUDIO, ice("8hhy", "asd88fgpdd777uzjYhagZg", ROMEOS))));
        brokered.romeo(jingle("transport-info", content("audio", "", ice("new1", "another-password-of-Romeos", ""))));
        media.answer();
        assertThat(media.done).containsExactly("INITIATOR is new1/another-password-of-Romeos []");
        brokered.next().ack();

        brokered.romeo(jingle("transport-info",
                content("audio", "", ice("new1", "another-password-of-Romeos", "<x xmlns='urn:example:x' y='z'/>"))));

        assertThat(brokered.next().text()).contains("transport-info", "<x xmlns='urn:example:x' y='z'/>");
    }

    /** Dino: a port of its own for RTCP, and both can do without. */
    @Test
    void rtcpHasAPortOfItsOwnUntilBothCanDoWithout() {
        String two = candidate("192.0.2.3", "udp", 1) + candidate("192.0.2.3", "udp", 2);
        Asked offer = brokered.offer(content("audio", AUDIO, ice("8hhy", "asd88fgpdd777uzjYhagZg", ROMEOS + two)));
        assertThat(media.components).isEqualTo(2);
        assertThat(offer.text()).contains("port='50001'", "port='50002'");

        brokered.juliet(jingle("session-accept",
                content("audio", AUDIO, ice("9uB6", "YH75Fviy6338Vbrhrlp8Yh", JULIETS + two))));

        assertThat(brokered.next().text()).contains("port='50001'").doesNotContain("port='50002'");
        assertThat(media.done).containsSubsequence("reduce 1", "start RESPONDER", "start INITIATOR");
    }

    @Test
    void rtcpKeepsItsPortWithAClientThatCannotDoWithout() {
        String plain = AUDIO.replace("<rtcp-mux/>", "");
        String two = candidate("192.0.2.3", "udp", 1) + candidate("192.0.2.3", "udp", 2);
        brokered.offer(content("audio", AUDIO, ice("8hhy", "asd88fgpdd777uzjYhagZg", ROMEOS + two)));

        brokered.juliet(jingle("session-accept",
                content("audio", plain, ice("9uB6", "YH75Fviy6338Vbrhrlp8Yh", JULIETS + two))));

        assertThat(brokered.next().text()).contains("port='50001'", "port='50002'");
        assertThat(media.done).doesNotContain("reduce 1");
    }

    /** Conversations after a change of networks: new credentials, the old role in DTLS. */
    @Test
    void aPartyThatBeginsAnewIsAnsweredAndTheOtherHearsNothingOfIt() {
        call();

        brokered.juliet(jingle("transport-info",
                content("audio", "", ice("new1", "another-password-of-Juliets", fingerprint("actpass", FINGERPRINT)))
                        + content("video", "", ice("new1", "another-password-of-Juliets", fingerprint("actpass", FINGERPRINT)))));
        assertThat(media.done).last().isEqualTo("RESPONDER is new1/another-password-of-Juliets []");
        assertThat(brokered.asked).isEmpty();
        media.listener.restarted(MediaParty.RESPONDER, FakeMedia.description("anew", 1));

        Asked audio = brokered.next();
        assertThat(audio.theirs()).isEqualTo(JULIET);
        assertThat(audio.action()).isEqualTo("transport-info");
        // Juliet is the active one, so that Romeo, who has offered to be either, is not
        assertThat(audio.text()).contains(ice("anew", "anew-password-of-the-relay", fingerprint("passive", FINGERPRINT)
                + OURS_TO_JULIET.replace("toJuliet", "anew").replace("generation='0'", "generation='1'")));
        assertThat(audio.text()).contains("<content creator='initiator' name='video'><transport");
        assertThat(brokered.asked).as("told in one action").isEmpty();
    }

    @Test
    void whatATransportInfoTellsBesidesCandidatesIsForTheOtherParty() {
        call();

        brokered.juliet(jingle("transport-info", content("audio", "", ice("9uB6", "YH75Fviy6338Vbrhrlp8Yh",
                JULIETS + "<x xmlns='urn:example:x' y='z'/>" + candidate("192.0.2.1", "udp", 1)))));

        Asked told = brokered.next();
        assertThat(told.theirs()).isEqualTo(ROMEO);
        assertThat(told.text()).contains(ice("toRomeo", "toRomeo-password-of-the-relay", JULIETS + "<x xmlns='urn:example:x' y='z'/>"))
                .doesNotContain("192.0.2.1");
    }

    /** XEP-0343 with an sctpmap, and Conversations' transport around one of ICE. */
    @Test
    void dataChannelsRideOnTheSameLegs() {
        String sctp = "<sctpmap xmlns='urn:xmpp:jingle:transports:dtls-sctp:1' number='5000' protocol='webrtc-datachannel'"
                + " streams='1024'/>";
        String inner = ice("8hhy", "asd88fgpdd777uzjYhagZg", ROMEOS + sctp + candidate("192.0.2.3", "udp", 1));
        String outer = "<transport xmlns='urn:xmpp:jingle:transports:webrtc-datachannel:1' sctp-port='5000'"
                + " max-message-size='262144'>" + inner + "</transport>";

        Asked offer = brokered.offer(Brokered.file(outer));

        assertThat(offer.text()).contains("<transport xmlns='urn:xmpp:jingle:transports:webrtc-datachannel:1' sctp-port='5000'"
                + " max-message-size='262144'>" + ice("toJuliet", "toJuliet-password-of-the-relay", ROMEOS + sctp + OURS_TO_JULIET)
                + "</transport>");
        assertThat(media.components).isOne();
    }

    /** A candidate is nobody else's business wherever a client puts it, and a second transport may have some, too. */
    @Test
    void noCandidateBesideTheInnerTransportPasses() {
        String astray = candidate("192.0.2.3", "udp", 1);
        String outer = "<transport xmlns='urn:xmpp:jingle:transports:webrtc-datachannel:1' sctp-port='5000'>"
                + ice("8hhy", "asd88fgpdd777uzjYhagZg", ROMEOS) + astray + ice("x", "y", astray)
                + "<more xmlns='urn:example:x'/></transport>";

        Asked offer = brokered.offer(Brokered.file(outer));

        assertThat(offer.text()).contains(ROMEOS, "<more xmlns='urn:example:x'/>").doesNotContain("192.0.2.3");
    }

    @Test
    void moreFromAPartyTakesNothingBackThatItHasTold() {
        IceTransport offered = IceTransport.of(Xml.stanza(
                ice("8hhy", "asd88fgpdd777uzjYhagZg", ROMEOS + candidate("192.0.2.3", "udp", 1))));
        IceTransport more = IceTransport.of(Xml.stanza(
                ice("8hhy", "asd88fgpdd777uzjYhagZg", "<gathering-complete/><x xmlns='urn:example:x'/>")));

        assertThat(Xml.text(more.over(offered).with(new MediaDescription("a", "b", List.of()), 0)))
                .isEqualTo(ice("a", "b", ROMEOS + "<x xmlns='urn:example:x'/>"));
        assertThat(more.over(null)).isEqualTo(more);
    }

    @Test
    void aCallThatCannotBeCarriedEndsForBoth() {
        call();

        media.listener.connected();
        media.listener.ended(new MediaEnd(3, "consent-lost"));

        Asked one = brokered.next();
        Asked other = brokered.next();
        assertThat(one.text()).contains("session-terminate", "<connectivity-error/>", "consent-lost");
        assertThat(other.text()).contains("session-terminate", "<connectivity-error/>");
        assertThat(brokered.events).last().isEqualTo("ended connectivity-error by  bytes 3");
        assertThat(brokered.sessions.size()).isZero();
    }

    @Test
    void noRoomForACallIsBusy() {
        media.refuses = true;

        brokered.romeo(jingle("session-initiate", content("audio", AUDIO, ice("8hhy", "asd88fgpdd777uzjYhagZg", ROMEOS))));

        assertThat(brokered.next().text()).contains("session-terminate", "<busy/>");
        assertThat(brokered.sessions.size()).isZero();
    }

    @Test
    void aCallGivenUpBeforeItsLegsAreThereLeavesNothing() {
        media.slow = true;
        brokered.romeo(jingle("session-initiate", content("audio", AUDIO, ice("8hhy", "asd88fgpdd777uzjYhagZg", ROMEOS))));
        brokered.romeo(jingle("session-terminate", "<reason><cancel/></reason>"));

        media.answer();

        assertThat(media.done).containsExactly("end");
        assertThat(brokered.sessions.size()).isZero();
    }

    @Test
    void aContentThatIsAddedSharesTheTransport() {
        brokered.offer(content("audio", AUDIO, ice("8hhy", "asd88fgpdd777uzjYhagZg", ROMEOS)) + GROUP);
        brokered.juliet(jingle("session-accept",
                content("audio", AUDIO, ice("9uB6", "YH75Fviy6338Vbrhrlp8Yh", JULIETS)) + GROUP));
        brokered.next().ack();

        brokered.romeo(jingle("content-add", content("video", VIDEO, ice("8hhy", "asd88fgpdd777uzjYhagZg", ROMEOS)) + GROUP));

        assertThat(brokered.next().text()).contains("content-add", "ufrag='toJuliet'", GROUP);
        assertThat(media.more).as("other legs").isEmpty();
        brokered.juliet(jingle("content-remove", content("video", "", "")));
        assertThat(media.done).doesNotContain("end");
    }

    @Test
    void nonsenseInCandidatesIsIgnored() {
        String nonsense = "<candidate/><candidate component='x' foundation='1' ip='192.0.2.1' port='1' priority='1'/>"
                + candidate("192.0.2.1", "udp", 3) + candidate("192.0.2.1", "udp", 1).replace("8998", "0")
                + candidate("192.0.2.1", "udp", 1).replace("8998", "99999999999999999999");
        brokered.offer(content("audio", AUDIO, ice("8hhy", "asd88fgpdd777uzjYhagZg", nonsense.repeat(100)
                + candidate("192.0.2.9", "udp", 1))));

        assertThat(media.done).hasSize(1);
        assertThat(media.candidates).isEmpty();
    }

    @Test
    void anActiveCallOutlivesTheLink() {
        call();
        media.listener.connected();

        brokered.sessions.onLinkLost();

        assertThat(media.done).doesNotContain("end");
        assertThat(brokered.sessions.size()).isOne();
    }

    private void call() {
        brokered.offer(content("audio", AUDIO, ice("8hhy", "asd88fgpdd777uzjYhagZg", ROMEOS))
                + content("video", VIDEO, ice("8hhy", "asd88fgpdd777uzjYhagZg", ROMEOS)) + GROUP);
        brokered.juliet(jingle("session-accept", content("audio", AUDIO, ice("9uB6", "YH75Fviy6338Vbrhrlp8Yh", JULIETS))
                + content("video", VIDEO, ice("9uB6", "YH75Fviy6338Vbrhrlp8Yh", JULIETS)) + GROUP));
        brokered.ackAll();
    }

    static String content(String name, String description, String transport) {
        return "<content creator='initiator' name='" + name + "'>" + description + transport + "</content>";
    }

    static String ice(String fragment, String password, String children) {
        return "<transport xmlns='urn:xmpp:jingle:transports:ice-udp:1' ufrag='" + fragment + "' pwd='" + password + "'>"
                + children + "</transport>";
    }

    private static String fingerprint(String setup, String value) {
        return "<fingerprint xmlns='urn:xmpp:jingle:apps:dtls:0' hash='sha-256' setup='" + setup + "'>" + value + "</fingerprint>";
    }

    private static String candidate(String ip, String protocol, int component) {
        return "<candidate component='" + component + "' foundation='1' generation='0' id='el0747fg11' ip='" + ip
                + "' network='1' port='8998' priority='2130706431' protocol='" + protocol + "' type='host'/>";
    }

    /** The same of the relay's second pair of legs. */
    private static String second(String candidate) {
        return candidate.replace("toJuliet0", "toJuliet10").replace("50001", "50011");
    }

    private static String toRomeo(String candidate) {
        return candidate.replace("toJuliet", "toRomeo");
    }
}
