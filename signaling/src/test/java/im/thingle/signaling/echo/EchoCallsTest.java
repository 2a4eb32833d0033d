// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.echo;

import static im.thingle.signaling.echo.EchoFixture.BARE;
import static im.thingle.signaling.echo.EchoFixture.ECHO;
import static im.thingle.signaling.echo.EchoFixture.ROMEO;
import static im.thingle.signaling.echo.EchoFixture.jingle;
import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.port.EchoLimits;
import im.thingle.signaling.port.MediaDescription;
import im.thingle.signaling.port.MediaFingerprint;
import im.thingle.signaling.stanza.StanzaError;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Calls (XEP-0166, 0167, 0176, 0320, 0338, 0339, 0353): everything is answered, and nothing is left. */
class EchoCallsTest {
    private static final String PRINT =
            "<fingerprint xmlns='urn:xmpp:jingle:apps:dtls:0' hash='sha-256' setup='actpass'>01:02</fingerprint>";
    private static final String SOUND = "<payload-type id='111' name='opus' clockrate='48000' channels='2'>"
            + "<parameter name='useinbandfec' value='1'/>"
            + "<rtcp-fb xmlns='urn:xmpp:jingle:apps:rtp:rtcp-fb:0' type='transport-cc'/></payload-type>";
    private static final String EXTENSION =
            "<rtp-hdrext xmlns='urn:xmpp:jingle:apps:rtp:rtp-hdrext:0' id='4' uri='urn:ietf:params:rtp-hdrext:sdes:mid'/>";
    private static final String SOURCES = "<source xmlns='urn:xmpp:jingle:apps:rtp:ssma:0' ssrc='7'>"
            + "<parameter name='cname' value='x'/></source>"
            + "<ssrc-group xmlns='urn:xmpp:jingle:apps:rtp:ssma:0' semantics='FID'><source ssrc='7'/><source ssrc='8'/>"
            + "</ssrc-group>";
    private static final String GROUP = "<group xmlns='urn:xmpp:jingle:apps:grouping:0' semantics='BUNDLE'>"
            + "<content name='0'/><content name='1'/></group>";
    private static final String HANG_UP = jingle("session-terminate", "<reason><success/></reason>");

    private final FakeMirrors mirrors = new FakeMirrors();
    private final EchoFixture echo =
            new EchoFixture(new EchoLimits(2, 2, 0, 0, 0, Duration.ofSeconds(60)), mirrors);

    @Test
    void answersWithWhatWasOffered() {
        assertThat(echo.romeo(initiate(audio("0", "a", PRINT))).condition()).isNull();
        assertThat(echo.asked).isEmpty(); // there are no ports yet
        FakeMirrors.Mirrored call = mirrors.calls.getFirst();
        assertThat(call.parties.requester()).isEqualTo(ROMEO);
        assertThat(call.parties.account()).isEqualTo("romeo@montague.lit");
        assertThat(call.prints).containsExactly(new MediaFingerprint("sha-256", "01:02"));
        call.open();

        EchoFixture.Asked accept = echo.next();
        assertThat(accept.text()).isEqualTo("<jingle xmlns='urn:xmpp:jingle:1' action='session-accept' responder='" + ECHO
                + "' sid='" + EchoFixture.SID + "'><content creator='initiator' name='0' senders='both'>"
                + "<description xmlns='urn:xmpp:jingle:apps:rtp:1' media='audio'>" + SOUND + "<rtcp-mux/>" + EXTENSION
                + SOURCES.replace("'7'", "'1007'").replace("'8'", "'1008'")
                + "</description><transport xmlns='urn:xmpp:jingle:transports:ice-udp:1' ufrag='ours0' pwd='pwd-of-ours0'>"
                + "<fingerprint xmlns='urn:xmpp:jingle:apps:dtls:0' hash='sha-256' setup='passive'>0A:0B</fingerprint>"
                + "<candidate component='1' foundation='1' generation='0' id='ours00' ip='192.0.2.7' network='0' port='50000'"
                + " priority='2130706431' protocol='udp' type='host'/></transport></content></jingle>");
        accept.ack();
        assertThat(call.started).isTrue();
        assertThat(call.theirs).extracting(MediaDescription::fragment).containsExactly("a");
        assertThat(call.theirs.getFirst().candidates()).hasSize(1);
    }

    @Test
    void tellsWhatCame() {
        FakeMirrors.Mirrored call = call(audio("0", "a", PRINT));
        call.listener.connected();
        call.listener.secured("AEAD_AES_128_GCM");

        assertThat(echo.romeo(HANG_UP).condition()).isNull();
        assertThat(call.ended).isTrue();
        call.over("ended", "IPv4");

        assertThat(echo.letter()).isEqualTo("Our call took 0.0 s.\nopus/48000: 60 packets (6,000 bytes) came,"
                + " 59 (5,900 bytes) went back, 1 were lost on the way to me; ICE over IPv4, DTLS-SRTP with AEAD_AES_128_GCM.");
        assertThat(echo.events).containsExactly("started call " + ROMEO + " " + ECHO, "carries ice echo",
                "ended success by " + ROMEO + " 11900");
        echo.assertNothingIsLeft();
        assertThat(echo.romeo(HANG_UP).condition()).isEqualTo(StanzaError.ITEM_NOT_FOUND);
    }

    @Test
    void bundledContentsShareATransport() {
        echo.romeo(initiate(audio("0", "a", PRINT) + video("1", "b") + GROUP));
        assertThat(mirrors.calls).hasSize(1);
        mirrors.calls.getFirst().open();

        EchoFixture.Asked accept = echo.next();
        accept.ack();
        assertThat(accept.text()).endsWith(GROUP + "</jingle>").doesNotContain("ours1").containsSubsequence("ours0", "ours0");
        echo.romeo(info("1", "b", "9")); // of a transport that was bundled away
        echo.romeo(info("0", "a", "9"));
        assertThat(mirrors.calls.getFirst().theirs).hasSize(2);
        assertThat(mirrors.calls.getFirst().theirs.get(1).candidates()).hasSize(1);
    }

    @Test
    void contentsThatAreNotBundledHaveTransportsOfTheirOwn() {
        echo.romeo(initiate(audio("0", "a", PRINT) + video("1", "b")));
        assertThat(mirrors.calls).hasSize(2);
        mirrors.calls.get(0).open();
        echo.romeo(info("1", "b", "9")); // before there is anybody to tell
        mirrors.calls.get(1).open();

        assertThat(echo.next().text()).contains("ufrag='ours0'", "ufrag='ours1'").doesNotContain("<group");
        assertThat(mirrors.calls.get(1).theirs.getFirst().candidates()).hasSize(2);
        mirrors.calls.get(1).over("consent-lost", "IPv6");
        assertThat(echo.next().text()).contains("session-terminate", "failed-transport");
        mirrors.calls.get(0).over("ended", "");
        assertThat(echo.letter().lines()).hasSize(3).contains("Your client and I did not reach each other with ICE.");
        echo.assertNothingIsLeft();
    }

    @Test
    void leavesOutWhatCannotBeGivenBack() {
        echo.romeo(initiate("<content creator='initiator' name='data'><description xmlns='urn:example:data'/></content>"
                + audio("0", "a", PRINT)));
        EchoFixture.Asked removal = echo.next();
        assertThat(removal.text()).contains("content-remove", "name='data'", "<unsupported-applications/>");
        removal.ack();
        mirrors.calls.getFirst().open();

        assertThat(echo.next().text()).contains("session-accept").doesNotContain("data'");
    }

    @Test
    void turnsDownWhatItCannotAnswer() {
        assertRefused(audio("0", "a", ""), "security-error", "<crypto-required xmlns='urn:xmpp:jingle:apps:rtp:errors:1'/>");
        assertRefused(audio("0", "a", PRINT.replace("sha-256", "sha-1")), "security-error", "crypto-required");
        assertRefused(audio("0", "a", PRINT.replace("actpass", "passive")), "incompatible-parameters", "actpass");
        assertRefused(audio("0", "a", PRINT).replace("<rtcp-mux/>", ""), "incompatible-parameters", "rtcp-mux");
        assertRefused(audio("0", "a", PRINT).replace(SOUND, ""), "failed-application", "");
        assertRefused(audio("0", "a", PRINT).replace("ice-udp:1", "raw-udp:1"), "unsupported-transports", "");
        assertRefused(audio("0", "a", PRINT).replace("'audio'", "'smell'"), "unsupported-applications", "");
        assertThat(mirrors.calls).isEmpty();
    }

    @Test
    void endsWhatDtlsFailsFor() {
        FakeMirrors.Mirrored call = call(audio("0", "a", PRINT));

        call.over("wrong-certificate", "IPv4");

        assertThat(echo.next().text()).contains("session-terminate", "<security-error/>", "another certificate");
        assertThat(echo.letter()).contains("another certificate", "over IPv4, and no media came");
        echo.assertNothingIsLeft();
    }

    @Test
    void saysThatThereIsNoRoom() {
        echo.romeo(initiate(audio("0", "a", PRINT)));
        mirrors.calls.getFirst().refuse();

        assertThat(echo.next().text()).contains("session-terminate", "<busy/>");
        echo.assertNothingIsLeft();
    }

    @Test
    void givesBackWhatComesTooLate() {
        echo.romeo(initiate(audio("0", "a", PRINT)));
        echo.romeo(HANG_UP);
        mirrors.calls.getFirst().open();

        assertThat(mirrors.calls.getFirst().ended).isTrue();
        assertThat(echo.asked).isEmpty();
        echo.advance(6);
        echo.assertNothingIsLeft();
    }

    @Test
    void hangsUpInTheEnd() {
        FakeMirrors.Mirrored call = call(audio("0", "a", PRINT));
        call.listener.secured("AEAD_AES_128_GCM");

        echo.advance(60);
        assertThat(echo.asked).isEmpty();
        echo.advance(1);
        assertThat(echo.next().text()).contains("session-terminate", "<success/>", "as long as it may");
        assertThat(call.ended).isTrue();
        echo.advance(6); // the relay says nothing
        assertThat(echo.letter()).startsWith("Our call took 6");
        echo.assertNothingIsLeft();
    }

    @Test
    void beginsAnewWithTheClient() {
        FakeMirrors.Mirrored call = call(audio("0", "a", PRINT));
        call.listener.secured("AEAD_AES_128_GCM");

        echo.romeo(info("0", "z", "9"));
        assertThat(call.theirs.getLast().fragment()).isEqualTo("z");
        call.listener.restarted(FakeMirrors.description("anew"));

        assertThat(echo.next().text())
                .contains("transport-info", "ufrag='anew'", "generation='1'", "setup='passive'>0A:0B")
                .doesNotContain("description");
    }

    @Test
    void understandsWhatPeopleDoInACall() {
        call(audio("0", "a", PRINT));

        for (String word : List.of("mute", "unmute", "hold", "active", "ringing")) {
            String payload = "<" + word + " xmlns='urn:xmpp:jingle:apps:rtp:info:1'/>";
            assertThat(echo.romeo(jingle("session-info", payload)).condition()).as(word).isNull();
        }
        assertThat(echo.romeo(jingle("session-info", "")).condition()).isNull();
        assertThat(echo.romeo(jingle("session-info", "<x xmlns='urn:example'/>")).condition())
                .isEqualTo(StanzaError.FEATURE_NOT_IMPLEMENTED);
        assertThat(echo.romeo(jingle("session-accept", audio("0", "a", PRINT))).condition())
                .isEqualTo(StanzaError.UNEXPECTED_REQUEST);
        assertThat(echo.romeo(info("7", "a", "9")).condition()).isEqualTo(StanzaError.ITEM_NOT_FOUND);
        assertThat(echo.asked).isEmpty();
    }

    @Test
    void takesMoreOverTheSameTransport() {
        FakeMirrors.Mirrored call = call(audio("0", "a", PRINT));

        assertThat(echo.romeo(jingle("content-add", video("1", "a"))).condition()).isNull();
        assertThat(echo.next().text()).contains("content-accept", "media='video'", "ufrag='ours0'");
        echo.romeo(jingle("content-add", video("2", "c")));
        assertThat(echo.next().text()).contains("content-reject", "name='2'").doesNotContain("ice-udp");
        echo.romeo(jingle("content-remove", "<content creator='initiator' name='1'/>"));
        assertThat(call.ended).isFalse();
        echo.romeo(jingle("content-remove", "<content creator='initiator' name='0'/>"));
        assertThat(echo.next().text()).contains("session-terminate", "<success/>");
        call.over("ended", "IPv4");
        echo.assertNothingIsLeft();
    }

    @Test
    void hasRoomForSoManyAndNoneWhileItDrains() {
        call(audio("0", "a", PRINT));
        echo.romeo(initiate(audio("0", "a", PRINT)).replace(EchoFixture.SID, "other"));
        assertThat(echo.romeo(initiate(audio("0", "a", PRINT)).replace(EchoFixture.SID, "third")).condition())
                .isEqualTo(StanzaError.RESOURCE_CONSTRAINT);
        echo.romeo(HANG_UP);
        mirrors.calls.getFirst().over("ended", "");
        echo.draining = true;
        assertThat(echo.romeo(initiate(audio("0", "a", PRINT)).replace(EchoFixture.SID, "fourth")).condition())
                .isEqualTo(StanzaError.RESOURCE_CONSTRAINT);
    }

    @Test
    void endsWithTheClientTheLinkAndTheOperator() {
        FakeMirrors.Mirrored vanished = call(audio("0", "a", PRINT));
        echo.handle("<presence type='unavailable' from='" + ROMEO + "' to='" + BARE + "'/>");
        echo.advance(11);
        assertThat(echo.next().text()).contains("<gone/>");
        assertThat(vanished.ended).isTrue();
        vanished.over("ended", "IPv4");

        FakeMirrors.Mirrored lost = call(audio("0", "a", PRINT));
        echo.service.onLinkDown();
        assertThat(lost.ended).isTrue();
        echo.assertNothingIsLeft();
        echo.service.onLinkUp();
        assertThat(echo.next().text()).contains("session-terminate", "<connectivity-error/>");

        FakeMirrors.Mirrored ended = call(audio("0", "a", PRINT));
        echo.ends.getLast().run();
        assertThat(ended.ended).isTrue();
        assertThat(echo.next().text()).contains("<gone/>", "operator");
    }

    @Test
    void proceedsWithWhatIsProposed() {
        echo.message(ROMEO, "<propose xmlns='urn:xmpp:jingle-message:0' id='" + EchoFixture.SID + "'>"
                + "<description xmlns='urn:xmpp:jingle:apps:rtp:1' media='audio'/></propose>");

        assertThat(echo.sent).hasSize(1);
        assertThat(echo.sent.getFirst())
                .contains("<proceed xmlns='urn:xmpp:jingle-message:0' id='" + EchoFixture.SID + "'/>");
    }

    /** XEP-0353 §3.7: to the client that has called, once, and nothing of the kind where nothing was proposed. */
    @Test
    void whatBeganWithAProposalEndsWithAMessage() {
        echo.message(ROMEO, "<propose xmlns='urn:xmpp:jingle-message:0' id='" + EchoFixture.SID + "'>"
                + "<description xmlns='urn:xmpp:jingle:apps:rtp:1' media='audio'/></propose>");
        echo.sent.clear();
        for (int i = 0; i < 2; i++) {
            FakeMirrors.Mirrored call = call(audio("0", "a", PRINT));
            assertThat(echo.sent).isEmpty();
            assertThat(echo.romeo(HANG_UP).condition()).isNull();
            call.over("ended", "IPv4");
            if (i == 0) {
                assertThat(echo.sent.poll()).contains("to='" + ROMEO + "'", "<finish xmlns='urn:xmpp:jingle-message:0' id='"
                        + EchoFixture.SID + "'><reason xmlns='urn:xmpp:jingle:1'><success/></reason></finish>");
            }
            assertThat(echo.letter()).startsWith("Our call took");
            assertThat(echo.sent).isEmpty();
        }
        echo.assertNothingIsLeft();
    }

    private FakeMirrors.Mirrored call(String contents) {
        echo.romeo(initiate(contents));
        FakeMirrors.Mirrored call = mirrors.calls.getLast();
        call.open();
        echo.next().ack();
        return call;
    }

    private void assertRefused(String contents, String reason, String more) {
        assertThat(echo.romeo(initiate(contents)).condition()).isNull();
        assertThat(echo.next().text()).contains("session-terminate", "<" + reason + "/>", more);
        assertThat(echo.letter()).isNotEmpty();
        echo.assertNothingIsLeft();
    }

    private static String initiate(String children) {
        return jingle("session-initiate", children);
    }

    private static String audio(String name, String fragment, String print) {
        return content(name, fragment, print, "audio", SOUND + "<rtcp-mux/>" + EXTENSION + SOURCES
                + "<encryption><crypto crypto-suite='x' key-params='y' tag='1'/></encryption>");
    }

    private static String video(String name, String fragment) {
        return content(name, fragment, PRINT, "video",
                "<payload-type id='96' name='VP8' clockrate='90000'/><rtcp-mux/>");
    }

    private static String content(String name, String fragment, String print, String media, String description) {
        return "<content creator='initiator' name='" + name + "' senders='both'>"
                + "<description xmlns='urn:xmpp:jingle:apps:rtp:1' media='" + media + "'>" + description + "</description>"
                + transport(fragment, print + candidate("1")) + "</content>";
    }

    private static String info(String name, String fragment, String foundation) {
        return jingle("transport-info", "<content creator='initiator' name='" + name + "'>"
                + transport(fragment, candidate(foundation)) + "</content>");
    }

    private static String transport(String fragment, String children) {
        return "<transport xmlns='urn:xmpp:jingle:transports:ice-udp:1' ufrag='" + fragment + "' pwd='pwd-of-" + fragment + "'>"
                + children + "</transport>";
    }

    private static String candidate(String foundation) {
        return "<candidate component='1' foundation='" + foundation + "' generation='0' id='x' ip='198.51.100.1' port='4000'"
                + " priority='1' protocol='udp' type='host'/>";
    }
}
