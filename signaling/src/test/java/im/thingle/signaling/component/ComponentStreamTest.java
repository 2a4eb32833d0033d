// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import static im.thingle.signaling.Xml.HEADER;
import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.Xml;
import im.thingle.signaling.xml.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComponentStreamTest {
    private static final long START = Long.MAX_VALUE - 1;

    private final Recorder out = new Recorder();
    private final PendingIqs pending = new PendingIqs();
    private final ComponentStream stream = new ComponentStream(
            new ComponentSettings("127.0.0.1", 5347, "proxy.example.org", "test", Tls.off(), List.of()), pending, out);
    private long nowNanos = START;

    /** The id is that of XEP-0114's example; its digest there is SHA-1 of that id and the secret "test", by sha1sum. */
    @Test
    void answersTheHandshakeOfXep0114sExample() {
        stream.onConnected(nowNanos);
        receive(HEADER);

        assertThat(out.all).containsExactly("open proxy.example.org",
                "<handshake>aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e</handshake>");
        assertThat(stream.isUp()).isFalse();
    }

    @Test
    void isUpOnceTheHandshakeIsAccepted() {
        bringUp();

        receive("<message/>");

        assertThat(out.all).containsExactly("up", "stanza <message/>");
        assertThat(stream.isUp()).isTrue();
    }

    @Test
    void takesTheLastHandshakeByteAndTheFirstStanzaInOneRead() {
        stream.onConnected(nowNanos);
        receive(HEADER + "<handshake/><presence/>");

        assertThat(out.all).endsWith("up", "stanza <presence/>");
    }

    @Test
    void hearsNoStanzasBeforeTheHandshake() {
        stream.onConnected(nowNanos);
        receive(HEADER + "<message/>");

        assertThat(out.all).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"not-authorized, xmpp.secret", "host-unknown, no component \"proxy.example.org\"",
        "conflict, another component", "invalid-namespace, component port"})
    void turnsStreamErrorsIntoAdvice(String condition, String advice) {
        stream.onConnected(nowNanos);
        receive(HEADER + "<stream:error><" + condition + " xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
                + "<text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>Why</text></stream:error></stream:stream>");

        assertThat(out.ended()).startsWith("ended: the server says " + condition + ": Why").contains(advice);
        assertThat(stream.hasEnded()).isTrue();
    }

    @Test
    void suspectsTheSecretWhenTheServerHangsUpOnTheHandshake() {
        stream.onConnected(nowNanos);
        receive(HEADER);
        stream.onDisconnected();

        assertThat(out.ended()).contains("xmpp.secret");
    }

    @Test
    void suspectsThePortWhenThePeerIsNoXmppServer() {
        stream.onConnected(nowNanos);
        receive("HTTP/1.1 400 Bad Request\r\n\r\n");

        assertThat(out.ended()).contains("does not speak XML").contains("component port");
    }

    @Test
    void refusesAnotherRootThanAStream() {
        stream.onConnected(nowNanos);
        receive("<html>");

        assertThat(out.all).contains("close").anyMatch(line -> line.contains("<invalid-namespace "));
    }

    @Test
    void givesUpOnAServerThatDoesNotFinishTheHandshake() {
        stream.onConnected(nowNanos);
        receive(HEADER);

        advanceTo(ComponentStream.SETUP_NANOS - 1);
        assertThat(stream.hasEnded()).isFalse();
        advanceTo(ComponentStream.SETUP_NANOS);

        assertThat(out.ended()).contains("30 seconds");
    }

    @Test
    void pingsAServerThatHasBeenSilentForAMinute() {
        bringUp();

        advanceTo(seconds(60) - 1);
        assertThat(out.all).containsExactly("up");
        advanceTo(seconds(60));

        assertThat(out.all.getLast())
                .isEqualTo("<iq type='get' id='thingle-1' from='proxy.example.org' to='proxy.example.org'>"
                        + "<ping xmlns='urn:xmpp:ping'/></iq>");
    }

    @Test
    void takesAnyByteForASignOfLife() {
        bringUp();
        advanceTo(seconds(60));
        advanceTo(seconds(89));
        receive(" ");
        advanceTo(seconds(90));
        assertThat(stream.isUp()).isTrue();

        advanceTo(seconds(89 + 60));

        assertThat(out.all.getLast()).contains("thingle-2");
    }

    @Test
    void declaresALinkDeadHalfAMinuteAfterThePing() {
        bringUp();
        advanceTo(seconds(60));
        advanceTo(seconds(90) - 1);
        assertThat(stream.isUp()).isTrue();

        advanceTo(seconds(90));

        assertThat(out.ended()).contains("silent for 90 seconds");
        assertThat(out.all).anyMatch(line -> line.contains("<connection-timeout "));
        assertThat(pending.size()).isZero();
    }

    @Test
    void tellsWhoeverWaitsForAnAnswerThatTheLinkIsLostAfterItsOwner() {
        bringUp();
        pending.expect("proxy.example.org", "a@b/c", Long.MAX_VALUE, answer -> out.all.add("answer " + answer));

        stream.onDisconnected();

        assertThat(out.all.subList(out.all.size() - 2, out.all.size()))
                .containsExactly("ended: the server closed the connection ()", "answer null");
    }

    @Test
    void outlivesAStanzaBeyondTheLimits() {
        bringUp();

        receive("<message from='a@b/c'>" + "<x>".repeat(40) + "</x>".repeat(40) + "</message><message><body>"
                + "x".repeat(300 * 1024));
        receive("</body></message><presence/>");

        assertThat(out.all).containsExactly("up", "refused <message from='a@b/c'/>: elements are nested deeper than 32",
                "refused <message/>: a stanza is longer than 262144 bytes", "stanza <presence/>");
        assertThat(stream.isUp()).isTrue();
    }

    @Test
    void reportsNoRefusalBeforeTheHandshake() {
        stream.onConnected(nowNanos);
        receive(HEADER + "<message><!-- --></message>");

        assertThat(out.all).hasSize(2).noneMatch(line -> line.startsWith("refused"));
    }

    @Test
    void outlivesAHugeTag() {
        bringUp();

        receive("<message/><message x='" + "x".repeat(300 * 1024));
        receive("'/><presence/>");

        assertThat(out.all).containsExactly("up", "stanza <message/>",
                "refused unknown: a stanza is longer than 262144 bytes", "stanza <presence/>");
        assertThat(stream.isUp()).isTrue();
    }

    @Test
    void endsWithAStreamErrorAfterAnEndlessTag() {
        bringUp();

        receive("<message x='" + "x".repeat(16 * 1024 * 1024));
        receive("'/><message/>");

        assertThat(out.all).hasSize(4).element(1).asString().contains("<stream:error><policy-violation ");
        assertThat(out.ended()).contains("longer than 16777216 bytes");
    }

    @Test
    void saysGoodbyeAndWaitsForTheServersGoodbye() {
        bringUp();
        stream.close(nowNanos);
        assertThat(out.all).endsWith("close");
        assertThat(stream.hasEnded()).isFalse();

        receive("<message/></stream:stream>");

        assertThat(out.all).containsExactly("up", "close", "ended: closed ()");
    }

    @Test
    void waitsForTheGoodbyeForTwoSecondsOnly() {
        bringUp();
        stream.close(nowNanos);

        advanceTo(seconds(2));

        assertThat(out.ended()).isEqualTo("ended: closed ()");
    }

    @Test
    void endsOnlyOnce() {
        bringUp();
        receive("</stream:stream>");
        stream.onDisconnected();
        stream.onBroken("x", "y");
        stream.close(nowNanos);
        receive("<stream:error/>");
        advanceTo(seconds(1000));

        assertThat(out.all).containsExactly("up", "close", "ended: the server closed the stream ()");
    }

    private void bringUp() {
        stream.onConnected(nowNanos);
        receive(HEADER + "<handshake/>");
        out.all.removeIf(line -> !line.equals("up"));
    }

    private void receive(String text) {
        stream.onBytes(Xml.bytes(text), nowNanos);
    }

    private void advanceTo(long sinceStart) {
        nowNanos = START + sinceStart;
        stream.onDeadline(nowNanos);
    }

    private static long seconds(long seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }

    private static final class Recorder implements StreamOutput {
        final List<String> all = new ArrayList<>();

        String ended() {
            assertThat(all).filteredOn(line -> line.startsWith("ended")).hasSize(1);
            return all.getLast();
        }

        @Override
        public void sendOpen(String to) {
            all.add("open " + to);
        }

        @Override
        public void send(Element element) {
            all.add(Xml.text(element));
        }

        @Override
        public void sendClose() {
            all.add("close");
        }

        @Override
        public void up() {
            all.add("up");
        }

        @Override
        public void stanza(Element stanza) {
            all.add("stanza " + Xml.text(stanza));
        }

        @Override
        public void refused(Element start, String why) {
            all.add("refused " + (start == null ? "unknown" : Xml.text(start)) + ": " + why);
        }

        @Override
        public void ended(String reason, String advice) {
            all.add("ended: " + reason + " (" + advice + ")");
        }
    }
}
