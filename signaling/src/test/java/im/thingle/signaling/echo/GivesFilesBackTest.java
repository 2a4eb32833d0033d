// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.echo;

import static im.thingle.signaling.echo.EchoFixture.ECHO;
import static im.thingle.signaling.echo.EchoFixture.HELLO_SHA1;
import static im.thingle.signaling.echo.EchoFixture.HELLO_SHA256;
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
import static im.thingle.signaling.echo.EchoFixture.used;
import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.echo.EchoFixture.Asked;
import im.thingle.signaling.jingle.FakeStreams.FakeStream;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** XEP-0234 §6.1 the other way: what came is offered back. */
class GivesFilesBackTest {
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);

    private final EchoFixture echo = new EchoFixture();
    private Asked offer;
    private String sid;

    @Test
    void offersTheSameFileWithItsHashes() {
        String more = "<desc>a test</desc><media-type>text/plain</media-type><range/>"
                + "<hash-used xmlns='urn:xmpp:hashes:2' algo='sha-256'/><thumbnail xmlns='urn:xmpp:thumbs:1' uri='cid:x'/>";
        give(hello(more));

        assertThat(offer.text()).startsWith("<jingle xmlns='urn:xmpp:jingle:1' action='session-initiate' initiator='" + ECHO
                + "' sid='" + sid + "'><content creator='initiator' name='a-file-offer' senders='initiator'>"
                + "<description xmlns='urn:xmpp:jingle:apps:file-transfer:5'><file><name>hello.txt</name><desc>a test</desc>"
                + "<media-type>text/plain</media-type><size>5</size>"
                + "<hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>" + HELLO_SHA256 + "</hash>"
                + "<hash xmlns='urn:xmpp:hashes:2' algo='sha-1'>" + HELLO_SHA1 + "</hash></file></description>"
                + "<transport xmlns='urn:xmpp:jingle:transports:s5b:1' sid='");
        assertThat(offer.transport().attribute("mode")).isEqualTo("tcp");
        assertThat(offer.theirs()).isEqualTo(ROMEO);
    }

    @Test
    void versionThreeHasItsOwnForm() {
        give(description(3, "<offer><file><name>hello.txt</name><size>5</size></file></offer>"));

        assertThat(offer.text()).contains("<description xmlns='urn:xmpp:jingle:apps:file-transfer:3'><offer><file>"
                + "<name>hello.txt</name><size>5</size><hash xmlns='urn:xmpp:hashes:1' algo='sha-256'>");
    }

    @Test
    void overSocks5() {
        FakeStream stream = connected("");

        assertThat(stream.written.toByteArray()).isEqualTo(HELLO);
        assertThat(stream.finished).isTrue();
        assertThat(stream.cut).isFalse();

        assertThat(echo.romeo(jingle("session-terminate", sid, SUCCESS)).condition()).isNull();
        assertThat(echo.letter()).isEqualTo(
                "You have “hello.txt” back: 5 bytes in 0.0 s, over SOCKS5 through the relay (socks5).");
        assertThat(echo.events).contains("started file " + ECHO + " " + ROMEO, "ended success by " + ROMEO + " 5");
        assertThat(stream.cut).isTrue();
        echo.assertNothingIsLeft();
    }

    @Test
    void aClientThatSaysThatItHasItAll() {
        connected("");

        assertThat(echo.romeo(jingle("session-info", sid,
                "<received xmlns='urn:xmpp:jingle:apps:file-transfer:5' creator='initiator' name='a-file-offer'/>")).condition())
                .isNull();

        assertThat(echo.next().text()).isEqualTo(jingle("session-terminate", sid, SUCCESS));
        assertThat(echo.letter()).contains("You have “hello.txt” back");
        echo.assertNothingIsLeft();
    }

    @Test
    void aClientThatSaysNothingHasTimeForTheLastBytes() {
        FakeStream stream = connected("");
        stream.end();
        echo.advance(59);
        assertThat(stream.cut).isFalse();

        echo.advance(3);

        assertThat(echo.next().text()).isEqualTo(jingle("session-terminate", sid, SUCCESS));
        echo.assertNothingIsLeft();
    }

    @Test
    void onlyThePartThatTheClientWants() {
        FakeStream stream = connected("<range offset='1' length='3'/>");

        assertThat(stream.written.toString(StandardCharsets.UTF_8)).isEqualTo("ell");
    }

    @Test
    void aClientThatReachesNothingGetsItInBand() {
        give(hello(""));
        accept("");
        echo.romeo(jingle("transport-info", sid, content(socks5(transportSid(), "<candidate-error/>"))));
        Asked replace = echo.next();
        assertThat(replace.action()).isEqualTo("transport-replace");
        assertThat(replace.transport().namespace()).isEqualTo("urn:xmpp:jingle:transports:ibb:1");
        String inBand = replace.transport().attribute("sid");
        replace.ack();
        assertThat(echo.romeo(jingle("transport-accept", sid, content(inBand(inBand)))).condition()).isNull();
        Asked open = echo.next();
        assertThat(open.text()).isEqualTo(
                "<open xmlns='http://jabber.org/protocol/ibb' block-size='4096' sid='" + inBand + "' stanza='iq'/>");
        open.ack();

        Asked data = echo.next();
        assertThat(data.text()).isEqualTo("<data xmlns='http://jabber.org/protocol/ibb' sid='" + inBand + "' seq='0'>aGVsbG8=</data>");
        assertThat(echo.streams.today).as("booked as it goes").isEqualTo(Long.MAX_VALUE - 5);
        data.ack();
        Asked close = echo.next();
        assertThat(close.payload().name()).isEqualTo("close");
        close.ack();
        echo.romeo(jingle("session-terminate", sid, SUCCESS));
        assertThat(echo.letter()).contains("in-band through the XMPP servers (in-band)");
        echo.assertNothingIsLeft();
    }

    /** What goes in-band costs as what comes: it waits for the rate. */
    @Test
    void inBandBytesWaitForTheRate() {
        Asked open = opensInBand();
        echo.streams.allowance = 0;
        open.ack();
        echo.advance(2);
        assertThat(echo.asked).isEmpty();

        echo.streams.allowance = 1;
        echo.advance(1);

        assertThat(echo.next().payload().name()).isEqualTo("data");
        assertThat(echo.streams.allowance).isEqualTo(-4);
    }

    @Test
    void noByteGoesInBandWhenTheDayIsUsedUp() {
        Asked open = opensInBand();
        echo.streams.today = 0;
        open.ack();
        echo.advance(1);

        assertThat(echo.asked).noneMatch(asked -> asked.payload().name().equals("data"));
        assertThat(echo.asked).anyMatch(asked -> asked.text().contains("bytes that it has for a day"));
        assertThat(echo.streams.today).isZero();
        assertThat(echo.letter()).contains("bytes that it has for a day");
        echo.assertNothingIsLeft();
    }

    /** Nobody wants them, but they are not for nothing. */
    @Test
    void bytesThatComeInBandMeanwhileAreBooked() {
        Asked open = opensInBand();
        String inBand = open.payload().attribute("sid");
        open.ack();
        long before = echo.streams.today;

        assertThat(echo.romeo(data(inBand, 0, HELLO)).text()).contains("type='result'");
        assertThat(echo.streams.today).isEqualTo(before - 5);

        echo.streams.today = 1;
        echo.romeo(data(inBand, 1, HELLO));
        echo.advance(1);
        assertThat(echo.asked).anyMatch(asked -> asked.text().contains("bytes that it has for a day"));
        echo.assertNothingIsLeft();
    }

    private Asked opensInBand() {
        give(hello(""));
        accept("");
        echo.romeo(jingle("transport-info", sid, content(socks5(transportSid(), "<candidate-error/>"))));
        Asked replace = echo.next();
        replace.ack();
        echo.romeo(jingle("transport-accept", sid, content(inBand(replace.transport().attribute("sid")))));
        return echo.next();
    }

    @Test
    void whatCameInBandIsOfferedSo() {
        echo.romeo(offer(hello(""), inBand("ch3d9s71")));
        echo.next().ack();
        echo.romeo(open("ch3d9s71"));
        echo.romeo(data("ch3d9s71", 0, HELLO));
        echo.romeo(close("ch3d9s71"));
        echo.next().ack();
        echo.next().ack();

        assertThat(echo.next().transport().namespace()).isEqualTo("urn:xmpp:jingle:transports:ibb:1");
    }

    @Test
    void aClientThatWantsItOtherwiseProposesSo() {
        give(hello(""));
        offer.ack();

        assertThat(echo.romeo(jingle("transport-replace", sid, content(inBand("other")))).condition()).isNull();
        assertThat(echo.next().action()).isEqualTo("transport-accept");
        // nothing is opened before the session is accepted
        assertThat(echo.asked).isEmpty();
        echo.romeo(jingle("session-accept", sid, content(inBand("other"))));
        assertThat(echo.next().payload().name()).isEqualTo("open");
    }

    @Test
    void aClientThatKnowsNoOtherTransport() {
        give(hello(""));
        accept("");
        echo.romeo(jingle("transport-info", sid, content(socks5(transportSid(), "<candidate-error/>"))));
        echo.next().ack();
        echo.romeo(jingle("transport-reject", sid, content(inBand("x"))));

        assertThat(echo.next().text()).contains("session-terminate", "<failed-transport/>");
        assertThat(echo.letter()).isEqualTo(
                "I could not send “hello.txt” back: a party would not fall back to in-band bytes.");
        echo.assertNothingIsLeft();
    }

    @Test
    void aClientThatRefusesIsBelieved() {
        give(hello(""));
        offer.refuse(StanzaError.SERVICE_UNAVAILABLE);

        assertThat(echo.asked).isEmpty();
        assertThat(echo.letter()).isEqualTo("I could not send “hello.txt” back: your client refused the offer.");
        echo.assertNothingIsLeft();
    }

    @Test
    void aPersonWhoDeclinesIsBelieved() {
        give(hello(""));
        offer.ack();
        echo.romeo(jingle("session-terminate", sid, "<reason><decline/></reason>"));

        assertThat(echo.letter()).isEqualTo("I could not send “hello.txt” back: your client ended it (decline).");
        assertThat(echo.events).contains("ended decline by " + ROMEO + " 0");
        echo.assertNothingIsLeft();
    }

    @Test
    void nobodyTakesIt() {
        give(hello(""));
        offer.ack();
        echo.advance(294);
        assertThat(echo.service.sessions().keptBytes()).isEqualTo(5);

        echo.advance(3);

        assertThat(echo.next().text()).contains("session-terminate", "<timeout/>");
        assertThat(echo.letter()).isEqualTo("I could not send “hello.txt” back: nobody took it.");
        echo.assertNothingIsLeft();
    }

    @Test
    void aStreamThatBreaksEndsTheSession() {
        give(hello(""));
        Element transport = accept("");
        echo.streams.gone = true;
        echo.romeo(jingle("transport-info", sid, content(socks5(transportSid(), used(transport, 0)))));

        assertThat(echo.next().text()).contains("session-terminate", "<connectivity-error/>");
        assertThat(echo.letter()).contains("I could not send");
        echo.assertNothingIsLeft();
    }

    private void give(String description) {
        echo.connect(description);
        echo.streams.bridged.send(HELLO);
        echo.streams.bridged.end();
        echo.advance(4); // for a hash that may follow
        Asked next = echo.next();
        while (!"session-initiate".equals(next.action())) {
            next.ack();
            next = echo.next();
        }
        offer = next;
        sid = offer.payload().attribute("sid");
        echo.letter();
        assertThat(sid).isNotEqualTo(EchoFixture.SID);
    }

    private Element accept(String range) {
        offer.ack();
        assertThat(echo.romeo(jingle("session-accept", sid, "<content creator='initiator' name='a-file-offer'>"
                + description(5, "<file>" + range + "</file>") + socks5(transportSid(), "") + "</content>")).condition()).isNull();
        assertThat(echo.next().text()).contains("<candidate-error/>");
        return offer.transport();
    }

    private FakeStream connected(String range) {
        give(hello(""));
        Element transport = accept(range);
        assertThat(echo.romeo(jingle("transport-info", sid, content(socks5(transportSid(), used(transport, 0))))).condition())
                .isNull();
        return echo.streams.bridged;
    }

    private String transportSid() {
        return offer.transport().attribute("sid");
    }
}
