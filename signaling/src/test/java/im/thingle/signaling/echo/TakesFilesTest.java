// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.echo;

import static im.thingle.signaling.echo.EchoFixture.ECHO;
import static im.thingle.signaling.echo.EchoFixture.HELLO_HEX;
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
import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.RecordingReply;
import im.thingle.signaling.bytestreams.StreamHash;
import im.thingle.signaling.echo.EchoFixture.Asked;
import im.thingle.signaling.port.EchoLimits;
import im.thingle.signaling.stanza.StanzaError;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** XEP-0234 §6: a file comes, over XEP-0260 or XEP-0261. */
class TakesFilesTest {
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);
    private static final String HASH_USED = "<hash-used xmlns='urn:xmpp:hashes:2' algo='sha-1'/>";

    private final EchoFixture echo = new EchoFixture();

    @Test
    void acceptsWithTheRelaysCandidatesAndTheDescriptionAsItCame() {
        String theirs = "<candidate cid='hft54dqy' host='192.168.4.1' jid='" + ROMEO + "' port='5086' priority='8257636' type='direct'/>";

        assertThat(echo.romeo(offer(hello(""), socks5("vj3hs98y", theirs))).text()).contains("type='result'");

        Asked accept = echo.next();
        assertThat(accept.ours()).isEqualTo(ECHO);
        assertThat(accept.theirs()).isEqualTo(ROMEO);
        assertThat(accept.text())
                .startsWith("<jingle xmlns='urn:xmpp:jingle:1' action='session-accept' responder='" + ECHO + "' sid='851ba2'>"
                        + "<content creator='initiator' name='a-file-offer' senders='initiator'>"
                        + "<description xmlns='urn:xmpp:jingle:apps:file-transfer:5'><file><name>hello.txt</name>")
                .contains("host='203.0.113.7'", "host='2001:db8::7'")
                .doesNotContain("192.168.4.1");
        Asked info = echo.next();
        assertThat(info.text()).isEqualTo(jingle("transport-info", content(socks5("vj3hs98y", "<candidate-error/>"))));
        assertThat(echo.streams.expected.getFirst().hashes()).contains(StreamHash.of("vj3hs98y", ECHO, ROMEO));
    }

    @Test
    void overSocks5() {
        echo.connect(hello("<hash xmlns='urn:xmpp:hashes:2' algo='sha-1'>" + HELLO_SHA1 + "</hash>"));
        echo.streams.bridged.send("he".getBytes(StandardCharsets.UTF_8));
        echo.millisPass(500);
        echo.streams.bridged.send("llo".getBytes(StandardCharsets.UTF_8));

        assertThat(echo.next().text()).isEqualTo(jingle("session-info",
                "<received xmlns='urn:xmpp:jingle:apps:file-transfer:5' creator='initiator' name='a-file-offer'/>"));
        assertThat(echo.next().text()).isEqualTo(jingle("session-terminate", SUCCESS));
        assertThat(echo.letter()).isEqualTo("""
                I have “hello.txt”: 5 bytes in 0.5 s (10 B/s), over SOCKS5 through the relay (socks5).
                SHA-256: %s
                Your client told the same hash: nothing was changed on the way.
                You get it back now.""".formatted(HELLO_HEX));
        assertThat(echo.streams.parties.account()).isEqualTo("romeo@montague.lit");
        assertThat(echo.events).contains("started file " + ROMEO + " " + ECHO, "carries socks5 echo");

        // the client still ends its stream, and only then is it cut
        assertThat(echo.streams.bridged.cut).isFalse();
        echo.streams.bridged.end();
        assertThat(echo.streams.bridged.cut).isTrue();
        assertThat(echo.events).contains("ended success by  5");
    }

    @Test
    void inBandBytes() {
        assertThat(echo.romeo(offer(hello(""), inBand("ch3d9s71"))).condition()).isNull();
        Asked accept = echo.next();
        assertThat(accept.transport().attribute("block-size")).isEqualTo("4096");
        accept.ack();
        assertThat(echo.romeo(open("ch3d9s71")).condition()).isNull();
        assertThat(echo.romeo(data("ch3d9s71", 0, HELLO)).condition()).isNull();

        assertThat(echo.next().text()).contains("<received");
        assertThat(echo.next().text()).contains("session-terminate", "<success/>");
        assertThat(echo.letter()).contains("in-band through the XMPP servers (in-band)", HELLO_HEX).doesNotContain("same hash");
        // good-bye is said on both levels without complaint
        assertThat(echo.romeo(close("ch3d9s71")).condition()).isNull();
        assertThat(echo.events).contains("ended success by  5");
    }

    /** As they come, not only in the end: who has many sessions at a time has one day all the same. */
    @Test
    void inBandBytesAreBookedAsTheyComeAndEndWithTheDay() {
        echo.streams.today = 8;
        echo.romeo(offer(description(5, "<file><name>x</name><size>50</size></file>"), inBand("ch3d9s71")));
        echo.next().ack();
        assertThat(echo.streams.meters).isZero();
        echo.romeo(open("ch3d9s71"));
        echo.romeo(data("ch3d9s71", 0, HELLO));
        assertThat(echo.streams.today).isEqualTo(3);
        echo.advance(1);
        assertThat(echo.asked).isEmpty();

        echo.romeo(data("ch3d9s71", 1, HELLO));
        echo.advance(1);

        assertThat(echo.next().text()).contains("session-terminate", "<connectivity-error/>", "bytes that it has for a day");
        assertThat(echo.letter()).contains("bytes that it has for a day");
        echo.assertNothingIsLeft();
    }

    /** XEP-0047 §2.2: what may not come yet is not acknowledged, so that the client waits. */
    @Test
    void inBandBytesWaitForTheRate() {
        echo.romeo(offer(description(5, "<file><name>x</name><size>50</size></file>"), inBand("ch3d9s71")));
        echo.next().ack();
        echo.romeo(open("ch3d9s71"));
        echo.streams.allowance = 1;
        assertThat(echo.romeo(data("ch3d9s71", 0, HELLO)).text()).contains("type='result'");

        RecordingReply waits = echo.romeo(data("ch3d9s71", 1, HELLO));
        echo.advance(1);
        assertThat(waits.text()).isNull();

        echo.streams.allowance = 1;
        echo.advance(1);
        assertThat(waits.text()).contains("type='result'");
        assertThat(echo.streams.today).isEqualTo(Long.MAX_VALUE - 10);
    }

    @Test
    void aClientThatReachesNoCandidateFallsBack() {
        echo.romeo(offer(hello(""), socks5("vj3hs98y", "")));
        echo.next().ack();
        echo.next().ack();

        echo.romeo(jingle("transport-info", content(socks5("vj3hs98y", "<candidate-error/>"))));
        assertThat(echo.romeo(jingle("transport-replace", content(inBand("ch3d9s71")))).condition()).isNull();
        assertThat(echo.next().text()).isEqualTo(jingle("transport-accept", content(
                "<transport xmlns='urn:xmpp:jingle:transports:ibb:1' block-size='4096' sid='ch3d9s71'/>")));
        echo.romeo(open("ch3d9s71"));
        echo.romeo(data("ch3d9s71", 0, HELLO));

        assertThat(echo.letter()).contains("I have “hello.txt”", "(in-band)");
    }

    @Test
    void oldVersionsAreNotToldThatItWasReceived() {
        for (int version = 3; version <= 4; version++) {
            EchoFixture old = new EchoFixture();
            String file = "<file><name>hello.txt</name><size>5</size><hash xmlns='urn:xmpp:hashes:1' algo='sha-1'>aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d</hash></file>";
            old.connect(description(version, version == 3 ? "<offer>" + file + "</offer>" : file));
            old.streams.bridged.send(HELLO);

            assertThat(old.next().text()).contains("session-terminate", "<success/>");
            assertThat(old.letter()).contains("same hash");
        }
    }

    @Test
    void aHashThatFollowsIsWaitedFor() {
        echo.connect(hello(HASH_USED));
        echo.streams.bridged.send(HELLO);
        assertThat(echo.asked).isEmpty();

        String checksum = "<checksum xmlns='urn:xmpp:jingle:apps:file-transfer:5' creator='initiator' name='a-file-offer'><file>"
                + "<hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>" + HELLO_SHA256 + "</hash></file></checksum>";
        assertThat(echo.romeo(jingle("session-info", checksum)).condition()).isNull();

        assertThat(echo.next().text()).contains("<received");
        assertThat(echo.letter()).contains("same hash");
    }

    @Test
    void aHashThatNeverComesIsNotWaitedForLong() {
        echo.connect(hello(HASH_USED));
        echo.streams.bridged.send(HELLO);

        echo.advance(5);

        assertThat(echo.letter()).contains("I have “hello.txt”").doesNotContain("same hash");
    }

    @Test
    void aHashIsNotWaitedForOnceTheSenderHasSaidGoodBye() {
        echo.connect(hello(HASH_USED));
        echo.streams.bridged.send(HELLO);

        echo.romeo(jingle("session-terminate", SUCCESS));

        assertThat(echo.letter()).contains("I have “hello.txt”");
    }

    @Test
    void anotherHashThanWasToldIsAFailure() {
        echo.connect(hello("<hash xmlns='urn:xmpp:hashes:2' algo='sha-1'>w0mcJylzCn+AfvuGdqkty2+KP48=</hash>"));
        echo.streams.bridged.send(HELLO);

        assertThat(echo.next().text()).contains("session-terminate", "<failed-application/>");
        assertThat(echo.letter()).isEqualTo("I did not get “hello.txt”: its hash is not the one that your client told."
                + " 5 of 5 bytes had come.");
        echo.assertNothingIsLeft();
    }

    @Test
    void aFileWithoutASizeEndsWithItsStream() {
        echo.connect(description(5, "<file><name>x</name></file>"));
        echo.streams.bridged.send(HELLO);
        assertThat(echo.asked).isEmpty();

        echo.streams.bridged.end();

        assertThat(echo.next().text()).contains("<received");
        assertThat(echo.letter()).contains("5 bytes");
        assertThat(echo.events).contains("ended success by  5"); // nothing is waited for
    }

    @Test
    void anEmptyFileIsAFileToo() {
        echo.connect(description(5, "<file><name>nothing</name><size>0</size></file>"));

        assertThat(echo.letter()).contains("I have “nothing”: 0 bytes",
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    @Test
    void aPartOfAFileIsNotSentBack() {
        echo.connect(description(5, "<file><name>x</name><size>100</size><range offset='95'/></file>"));
        echo.streams.bridged.send(HELLO);

        assertThat(echo.letter()).contains("a part of “x”: 5 bytes", "Parts of files are not sent back.");
        echo.streams.bridged.end();
        echo.assertNothingIsLeft();
    }

    @Test
    void aSenderThatSaysGoodByeAtOnceLosesNothing() {
        echo.connect(hello(""));
        echo.streams.bridged.send("he".getBytes(StandardCharsets.UTF_8));
        assertThat(echo.romeo(jingle("session-terminate", SUCCESS)).condition()).isNull();
        assertThat(echo.streams.bridged.cut).isFalse();

        echo.streams.bridged.send("llo".getBytes(StandardCharsets.UTF_8));

        assertThat(echo.letter()).contains("I have “hello.txt”");
        assertThat(echo.next().action()).isEqualTo("session-initiate");
        echo.streams.bridged.end();
        assertThat(echo.events).contains("ended success by " + ROMEO + " 5");
    }

    @Test
    void aLargeFileIsHashedButNotKept() {
        EchoFixture small = new EchoFixture(new EchoLimits(0, 0, 0, 4, 100, Duration.ofMinutes(5)));
        small.connect(hello(""));
        small.streams.bridged.send(HELLO);

        assertThat(small.letter()).contains(HELLO_HEX, "It was too large to be kept, so it is not sent back.");
        small.streams.bridged.end();
        small.assertNothingIsLeft();

        EchoFixture unknown = new EchoFixture(new EchoLimits(0, 0, 0, 4, 100, Duration.ofMinutes(5)));
        unknown.connect(description(5, "<file/>"));
        unknown.streams.bridged.send(HELLO);
        unknown.streams.bridged.end();
        assertThat(unknown.letter()).contains("I have a file without a name", "too large to be kept");

        // all together may be too much as well
        EchoFixture full = new EchoFixture(new EchoLimits(0, 0, 0, 100, 4, Duration.ofMinutes(5)));
        full.connect(hello(""));
        full.streams.bridged.send("hel".getBytes(StandardCharsets.UTF_8));
        assertThat(full.service.sessions().keptBytes()).isEqualTo(3);
        full.streams.bridged.send("lo".getBytes(StandardCharsets.UTF_8));
        assertThat(full.letter()).contains("too large to be kept");
        assertThat(full.service.sessions().keptBytes()).isZero();
    }

    @Test
    void namesAreShownWithoutWhatWouldDisturbTheLine() {
        echo.connect(description(5, "<file><name>../a&#10;b\u202Egpj.exe" + "x".repeat(200) + "</name><size>5</size></file>"));
        echo.streams.bridged.send(HELLO);

        assertThat(echo.letter().lines().findFirst().orElseThrow()).startsWith("I have “../abgpj.exexxx").contains("x…”");
    }

    @Test
    void whileTheRelayGoesDownNothingBegins() {
        echo.draining = true;

        assertThat(echo.romeo(offer(hello(""), inBand("s"))).condition()).isEqualTo(StanzaError.RESOURCE_CONSTRAINT);
    }
}
