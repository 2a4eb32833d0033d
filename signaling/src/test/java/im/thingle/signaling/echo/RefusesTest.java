// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.echo;

import static im.thingle.signaling.echo.EchoFixture.BARE;
import static im.thingle.signaling.echo.EchoFixture.ECHO;
import static im.thingle.signaling.echo.EchoFixture.ROMEO;
import static im.thingle.signaling.echo.EchoFixture.SUCCESS;
import static im.thingle.signaling.echo.EchoFixture.close;
import static im.thingle.signaling.echo.EchoFixture.content;
import static im.thingle.signaling.echo.EchoFixture.data;
import static im.thingle.signaling.echo.EchoFixture.description;
import static im.thingle.signaling.echo.EchoFixture.hello;
import static im.thingle.signaling.echo.EchoFixture.inBand;
import static im.thingle.signaling.echo.EchoFixture.jingle;
import static im.thingle.signaling.echo.EchoFixture.offer;
import static im.thingle.signaling.echo.EchoFixture.open;
import static im.thingle.signaling.echo.EchoFixture.socks5;
import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.RecordingReply;
import im.thingle.signaling.echo.EchoFixture.Asked;
import im.thingle.signaling.port.EchoLimits;
import im.thingle.signaling.stanza.StanzaError;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong, unwanted or too much, and clients that leave half-way. */
class RefusesTest {
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);
    private static final String TOO_LARGE = "<file-too-large xmlns='urn:xmpp:jingle:apps:file-transfer:errors:0'/>";

    private final EchoFixture echo = new EchoFixture();

    @Test
    void callsAreTurnedDownWithAMessage() {
        RecordingReply reply = echo.romeo(offer(
                "<description xmlns='urn:xmpp:jingle:apps:rtp:1' media='audio'/>",
                "<transport xmlns='urn:xmpp:jingle:transports:ice-udp:1'/>"));

        assertThat(reply.text()).contains("type='result'");
        assertThat(echo.next().text()).isEqualTo(jingle("session-terminate",
                "<reason><unsupported-applications/><text>" + Wording.NO_CALLS + "</text></reason>"));
        assertThat(echo.letter()).isEqualTo(Wording.NO_CALLS);
        assertThat(echo.events).containsExactly("started call " + ROMEO + " " + ECHO,
                "ended unsupported-applications by  0");
        echo.assertNothingIsLeft();
    }

    @Test
    void filesThatAreAskedForAreNotThere() {
        String request = "<content creator='initiator' name='x' senders='responder'>" + hello("") + socks5("s", "")
                + "</content>";
        echo.romeo(jingle("session-initiate", request));

        assertThat(echo.next().text()).contains("<failed-application/>",
                "<file-not-available xmlns='urn:xmpp:jingle:apps:file-transfer:errors:0'/>");
        echo.romeo(offer(description(3, "<request><file><name>x</name></file></request>"), socks5("s", "")));
        assertThat(echo.next().text()).contains("<file-not-available");
        echo.assertNothingIsLeft();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "<description xmlns='urn:example:whiteboard'/> | <transport xmlns='urn:xmpp:jingle:transports:s5b:1' sid='s'/>"
                + " | unsupported-applications",
        "'' | <transport xmlns='urn:xmpp:jingle:transports:s5b:1' sid='s'/> | unsupported-applications",
        "F | <transport xmlns='urn:xmpp:jingle:transports:raw-udp:1'/> | unsupported-transports",
        "F | '' | unsupported-transports",
        "F | <transport xmlns='urn:xmpp:jingle:transports:ibb:1' sid='s'/><security xmlns='urn:xmpp:jingle:jet:0'/> |"
                + " security-error"
    })
    void otherThingsAreEndedForTheirReason(String described, String transport, String reason) {
        RecordingReply reply = echo.romeo(offer(described.equals("F") ? hello("") : described, transport));

        assertThat(reply.condition()).isNull();
        assertThat(echo.next().text()).contains("session-terminate", "<" + reason + "/>");
        assertThat(echo.letter()).isNotBlank();
        echo.assertNothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "<file><size>-1</size></file>", "<file><size>many</size></file>",
                "<file><size>9223372036854775808</size></file>",
        "<file><size>5</size><range offset='6'/></file>", "<file><size>5</size><range offset='1' length='5'/></file>",
        "<file><range offset='x'/></file>"
    })
    void malformedDescriptionsAreNoOffers(String file) {
        assertThat(echo.romeo(offer(description(5, file), socks5("s", ""))).condition())
                .isEqualTo(StanzaError.BAD_REQUEST);
        assertThat(echo.asked).isEmpty();
        echo.assertNothingIsLeft();
    }

    @Test
    void whoMayNotUseTheComponentIsToldSo() {
        String juliet = "juliet@capulet.lit/balcony";

        assertThat(echo.ask("set", juliet, ECHO, offer(hello(""), socks5("s", ""))).condition())
                .isEqualTo(StanzaError.FORBIDDEN);
        assertThat(echo.ask("set", juliet, ECHO, open("s")).condition()).isEqualTo(StanzaError.FORBIDDEN);
    }

    @Test
    void unknownSessionsAndBareAddresses() {
        assertThat(echo.romeo(jingle("session-info", "")).text()).contains("<item-not-found",
                "<unknown-session xmlns='urn:xmpp:jingle:errors:1'/>");
        assertThat(echo.ask("set", ROMEO, BARE, offer(hello(""), socks5("s", ""))).condition())
                .isEqualTo(StanzaError.BAD_REQUEST);
        assertThat(echo.romeo(jingle("dance", "")).condition()).isEqualTo(StanzaError.BAD_REQUEST);
        assertThat(echo.romeo(open("s")).condition()).isEqualTo(StanzaError.NOT_ACCEPTABLE);
        assertThat(echo.romeo(data("s", 0, HELLO)).condition()).isEqualTo(StanzaError.ITEM_NOT_FOUND);
        assertThat(echo.ask("set", ROMEO, BARE + "/other", open("s")).condition())
                .isEqualTo(StanzaError.SERVICE_UNAVAILABLE);
        assertThat(echo.asked).isEmpty();
    }

    @Test
    void whatDoesNotFitIsAnsweredExactly() {
        echo.connect(hello(""));

        assertThat(echo.romeo(offer(hello(""), socks5("s", ""))).text())
                .contains("<unexpected-request", "<out-of-order");
        assertThat(echo.romeo(jingle("session-accept", content(socks5("s", "")))).text()).contains("<out-of-order");
        assertThat(echo.romeo(jingle("content-accept", content(socks5("s", "")))).text()).contains("<out-of-order");
        assertThat(echo.romeo(jingle("transport-accept", content(inBand("s")))).text()).contains("<out-of-order");
        assertThat(echo.romeo(jingle("content-remove", "<content creator='responder' name='a-file-offer'/>"))
                .condition())
                .isEqualTo(StanzaError.ITEM_NOT_FOUND);
        assertThat(echo.romeo(jingle("content-add", content(socks5("s", "")))).condition())
                .isEqualTo(StanzaError.ITEM_NOT_FOUND);
        assertThat(echo.romeo(jingle("transport-replace", content(""))).condition()).isEqualTo(StanzaError.BAD_REQUEST);
        assertThat(echo.romeo(jingle("session-info", "<ringing xmlns='urn:xmpp:jingle:apps:rtp:info:1'/>")).text())
                .contains("<feature-not-implemented", "<unsupported-info");
        assertThat(echo.romeo(jingle("session-info", "")).condition()).isNull();
        assertThat(echo.romeo(jingle("content-modify", content(""))).condition()).isNull();
        assertThat(echo.asked).isEmpty();

        // bytes flow: it is too late for another transport, and another file is another session
        assertThat(echo.romeo(jingle("transport-replace", content(inBand("s")))).condition()).isNull();
        assertThat(echo.next().action()).isEqualTo("transport-reject");
        echo.romeo(jingle("content-add", "<content creator='initiator' name='two'>" + hello("") + "</content>"));
        assertThat(echo.next().text()).contains("content-reject", "name='two'", "<failed-application/>");
    }

    @Test
    void candidatesThatWereNeverOffered() {
        echo.romeo(offer(hello(""), socks5("vj3hs98y", "")));

        assertThat(echo.romeo(jingle("transport-info", content(socks5("vj3hs98y", "<candidate-used cid='none'/>"))))
                .condition())
                .isEqualTo(StanzaError.BAD_REQUEST);
    }

    @Test
    void blocksOutOfOrderEndIt() {
        inBandOpen();

        assertThat(echo.romeo(data("s", 7, HELLO)).condition()).isEqualTo(StanzaError.UNEXPECTED_REQUEST);

        assertThat(echo.asked.stream().map(Asked::text).toList()).anySatisfy(text ->
                assertThat(text).contains("session-terminate", "<connectivity-error/>"));
        assertThat(echo.letter())
                .isEqualTo("I did not get “hello.txt”: a block came out of order. 0 of 5 bytes had come.");
        echo.assertNothingIsLeft();
    }

    @Test
    void blocksThatAreNoBase64EndIt() {
        inBandOpen();

        assertThat(echo.romeo("<data xmlns='http://jabber.org/protocol/ibb' seq='0' sid='s'>?</data>").condition())
                .isEqualTo(StanzaError.BAD_REQUEST);
        echo.assertNothingIsLeft();
    }

    @Test
    void aStreamThatEndsTooEarly() {
        inBandOpen();
        echo.romeo(data("s", 0, "he".getBytes(StandardCharsets.UTF_8)));
        assertThat(echo.romeo(close("s")).condition()).isNull();

        assertThat(echo.next().text()).contains("session-terminate", "<connectivity-error/>");
        assertThat(echo.letter())
                .isEqualTo("I did not get “hello.txt”: the stream ended too early. 2 of 5 bytes had come.");
        echo.assertNothingIsLeft();
    }

    @Test
    void moreBytesThanWereAnnounced() {
        echo.connect(hello(""));
        echo.streams.bridged.send("hello, world".getBytes(StandardCharsets.UTF_8));

        assertThat(echo.next().text()).contains("session-terminate", "<media-error/>", TOO_LARGE);
        assertThat(echo.streams.bridged.cut).isTrue();
        echo.assertNothingIsLeft();
    }

    @Test
    void moreThanMayComeInAnHour() {
        EchoFixture small = new EchoFixture(new EchoLimits(0, 0, 8, 100, 100, Duration.ofMinutes(5)));
        small.connect(hello(""));
        small.streams.bridged.send(HELLO);
        small.streams.bridged.end();
        small.asked.clear();
        small.letter();

        small.romeo(jingle("session-initiate", "again",
                "<content creator='initiator' name='x' senders='initiator'>" + hello("") + socks5("s", "")
                        + "</content>"));
        assertThat(small.next().text()).contains("session-terminate", "<media-error/>", TOO_LARGE);
        assertThat(small.letter())
                .isEqualTo("You may send me 8 bytes in an hour. Try again later, or with a smaller file.");

        // of a file without a size it shows while it comes
        small.romeo(jingle("session-initiate", "third", "<content creator='initiator' name='x' senders='initiator'>"
                + description(5, "<file/>") + inBand("t") + "</content>"));
        small.romeo(open("t"));
        small.asked.clear();
        small.romeo(data("t", 0, HELLO));
        assertThat(small.asked.stream().map(Asked::text).toList())
                .anySatisfy(text -> assertThat(text).contains("<media-error/>"));

        small.advance(3_600);
        small.asked.clear();
        small.romeo(jingle("session-initiate", "later",
                "<content creator='initiator' name='x' senders='initiator'>" + hello("") + socks5("u", "")
                        + "</content>"));
        assertThat(small.next().action()).isEqualTo("session-accept");
    }

    @Test
    void soManySessionsAndNoMore() {
        EchoFixture small = new EchoFixture(new EchoLimits(2, 1, 0, 100, 100, Duration.ofMinutes(5)));
        assertThat(small.romeo(offer(hello(""), inBand("s"))).condition()).isNull();
        String second = jingle("session-initiate", "two",
                "<content creator='initiator' name='x' senders='initiator'>" + hello("") + inBand("t") + "</content>");

        assertThat(small.romeo(second).condition()).isEqualTo(StanzaError.RESOURCE_CONSTRAINT);
        assertThat(small.ask("set", "tybalt@montague.lit/x", ECHO, second).condition()).isNull();
        assertThat(small.ask("set", "benvolio@montague.lit/x", ECHO, second).condition())
                .isEqualTo(StanzaError.RESOURCE_CONSTRAINT);

        small.romeo(jingle("session-terminate", "<reason><cancel/></reason>"));
        assertThat(small.romeo(second).condition()).isNull();
    }

    @Test
    void clientsThatNeverConnect() {
        echo.romeo(offer(hello(""), socks5("s", "")));
        echo.next().ack();
        echo.next().ack();

        echo.advance(62);

        assertThat(echo.next().text()).contains("session-terminate", "<failed-transport/>");
        echo.assertNothingIsLeft();
    }

    @Test
    void clientsThatStall() {
        echo.connect(hello(""));
        echo.streams.bridged.send("he".getBytes(StandardCharsets.UTF_8));

        echo.advance(122);

        assertThat(echo.next().text()).contains("session-terminate", "<timeout/>");
        assertThat(echo.letter()).contains("2 of 5 bytes");
        echo.assertNothingIsLeft();
    }

    @Test
    void clientsThatSayGoodByeAndNeverDeliver() {
        echo.connect(hello(""));
        echo.romeo(jingle("session-terminate", SUCCESS));

        echo.advance(62);

        assertThat(echo.asked).isEmpty();
        assertThat(echo.letter()).contains("ended the session before the file was here");
        echo.assertNothingIsLeft();
    }

    @Test
    void clientsThatSayGoodByeBeforeTheyConnect() {
        echo.romeo(offer(hello(""), socks5("s", "")));
        echo.romeo(jingle("session-terminate", SUCCESS));

        assertThat(echo.letter()).contains("ended the session before the file was here");
        echo.assertNothingIsLeft();
    }

    @Test
    void aSocketThatComesTooLateIsCut() {
        echo.streams.late = true;
        echo.connect(hello(""));
        echo.romeo(jingle("session-terminate", "<reason><cancel/></reason>"));

        echo.streams.bridging.run();

        assertThat(echo.streams.bridged.cut).isTrue();
        assertThat(echo.events).noneMatch(event -> event.startsWith("carries"));
        echo.assertNothingIsLeft();
    }

    @Test
    void clientsThatVanish() {
        echo.connect(hello(""));
        echo.handle("<presence type='unavailable' from='" + ROMEO + "' to='" + BARE + "'/>");
        echo.advance(9);
        assertThat(echo.asked).isEmpty();

        echo.advance(3);

        assertThat(echo.next().text()).contains("session-terminate", "<gone/>");
        echo.assertNothingIsLeft();
    }

    @Test
    void clientsThatComeBackInTime() {
        echo.connect(hello(""));
        echo.handle("<presence type='unavailable' from='" + ROMEO + "' to='" + BARE + "'/>");
        echo.advance(5);
        assertThat(echo.romeo(jingle("session-info", "")).condition()).isNull();

        echo.advance(30);

        assertThat(echo.asked).isEmpty();
        assertThat(echo.service.sessions().size()).isOne();
    }

    @Test
    void clientsThatDoNotAnswerOrForget() {
        echo.romeo(offer(hello(""), socks5("s", "")));
        Asked accept = echo.next();
        Asked info = echo.next();
        accept.ack();
        info.refuse(StanzaError.ITEM_NOT_FOUND);
        assertThat(echo.asked).isEmpty();
        assertThat(echo.letter()).contains("has forgotten the session");
        echo.assertNothingIsLeft();

        echo.romeo(offer(hello(""), socks5("s", "")));
        echo.next().whenAnswered().accept(null);
        assertThat(echo.letter()).contains("does not answer");
        echo.assertNothingIsLeft();
    }

    @Test
    void whenTheLinkIsLostNothingIsLeft() {
        echo.connect(hello(""));
        echo.streams.bridged.send("he".getBytes(StandardCharsets.UTF_8));

        echo.service.onLinkDown();

        assertThat(echo.streams.bridged.cut).isTrue();
        assertThat(echo.events).contains("ended connectivity-error by  2");
        echo.assertNothingIsLeft();
    }

    @Test
    void whatEndedWithTheLinkIsToldWhenItIsBack() {
        echo.connect(hello(""));
        echo.service.onLinkDown();
        assertThat(echo.asked).isEmpty();
        assertThat(echo.sent).noneMatch(each -> each.startsWith("<message"));

        echo.service.onLinkUp();
        assertThat(echo.next().text()).contains("session-terminate", "<connectivity-error/>");
        assertThat(echo.letter()).contains("the link to the XMPP server was lost");

        echo.service.onLinkUp();
        assertThat(echo.asked).isEmpty();
    }

    @Test
    void operatorsEndSessions() {
        echo.connect(hello(""));

        echo.ends.getFirst().run();
        echo.ends.getFirst().run();

        assertThat(echo.next().text()).contains("session-terminate", "<gone/>");
        assertThat(echo.asked).isEmpty();
        echo.assertNothingIsLeft();
    }

    @Test
    void sessionsThatBreakDisturbNoOthers() {
        echo.romeo(offer(hello(""), socks5("s", "")));
        echo.romeo(offer(hello(""), socks5("s", "")).replace(EchoFixture.SID, "another"));
        echo.asked.clear();
        echo.fault = new IllegalStateException("oops");

        echo.service.onLeaving();

        assertThat(echo.asked).hasSize(2);
        assertThat(echo.events).filteredOn("bug echo"::equals).hasSize(2);
        echo.assertNothingIsLeft();
    }

    @Test
    void theComponentLeavesInOrder() {
        echo.connect(hello(""));

        echo.service.onLeaving();

        assertThat(echo.next().text()).contains("session-terminate", "<gone/>", "the relay goes down");
        echo.assertNothingIsLeft();
    }

    private void inBandOpen() {
        echo.romeo(offer(hello(""), inBand("s")));
        echo.next().ack();
        assertThat(echo.romeo(open("s")).condition()).isNull();
    }
}
