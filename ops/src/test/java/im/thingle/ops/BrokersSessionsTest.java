// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.cli.Exit;
import im.thingle.ops.config.SettingsReader;
import im.thingle.ops.log.Captured;
import im.thingle.ops.peer.Await;
import im.thingle.ops.peer.Socks5Client;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two clients that see only the gateway (XEP-0166), with the whole service in this process. */
class BrokersSessionsTest {
    private static final String ROMEO = "romeo@localhost/orchard";
    private static final String JULIET = "juliet@capulet.lit/balcony";
    private static final String SEEN_ROMEO = "romeo\\40localhost@proxy.localhost/orchard";
    private static final String SEEN_JULIET = "juliet\\40capulet.lit@proxy.localhost/balcony";
    private static final String END = "</jingle></iq>";

    @TempDir
    private Path directory;

    private final Captured captured = new Captured("thingle.gateway");
    private ScriptedXmppServer xmpp;
    private StopRequests requests;
    private CompletableFuture<Exit> exit;

    @BeforeEach
    void serve() throws IOException {
        xmpp = new ScriptedXmppServer();
        requests = new StopRequests();
        var file = Files.writeString(directory.resolve("t.conf"), """
                thingle {
                  xmpp { port = %d, jid = proxy.localhost, secret = s }
                  bytestreams { listen = ["127.0.0.1:0"], threads = 2 }
                  admin.listen = off
                  turn.enabled = off
                  state-directory = state
                  drain-timeout = 1s
                  gateway.enabled = on
                }
                """.formatted(xmpp.port()));
        var settings = SettingsReader.read(Optional.of(file), Map.of()).settings().orElseThrow();
        var out = new PrintStream(new ByteArrayOutputStream(), true);
        exit = CompletableFuture.supplyAsync(() -> new Server(settings).serve(requests, out));
    }

    @AfterEach
    void stop() throws Exception {
        end();
        captured.close();
    }

    private void end() throws Exception {
        requests.request();
        assertThat(exit.get(20, TimeUnit.SECONDS)).isEqualTo(Exit.OK);
        xmpp.close();
    }

    private static String jingle(String from, String to, String action, String transport) {
        return "<iq type='set' id='" + action + "' from='" + from + "' to='" + to + "'>"
                + "<jingle xmlns='urn:xmpp:jingle:1' action='" + action + "' sid='a73sjjvkla37jfea'>"
                + "<content creator='initiator' name='ex' senders='initiator'>"
                + (action.equals("transport-info") ? "" : "<description"
                        + " xmlns='urn:xmpp:jingle:apps:file-transfer:5'>"
                        + "<file><name>sonnet.txt</name><size>5</size></file></description>")
                + transport + "</content></jingle></iq>";
    }

    private static String socks5(String sid, String children) {
        return "<transport xmlns='urn:xmpp:jingle:transports:s5b:1' sid='" + sid + "'>" + children + "</transport>";
    }

    /** Of the first element of that name that has it. */
    private static String attribute(String xml, String element, String name) {
        var match = Pattern.compile("<" + element + "(?= )[^>]* " + name + "=['\"]([^'\"]*)['\"]").matcher(xml);
        assertThat(match.find()).as(element + "/@" + name + " in " + xml).isTrue();
        return match.group(1);
    }

    private static Socks5Client connected(String told) throws IOException {
        var relay = new InetSocketAddress(attribute(told, "candidate", "host"),
                Integer.parseInt(attribute(told, "candidate", "port")));
        return Socks5Client.parked(relay, attribute(told, "transport", "dstaddr"));
    }

    private static String used(String told) {
        return "<candidate-used cid='" + attribute(told, "candidate", "cid") + "'/>";
    }

    @Test
    void aFileGoesFromSocketToSocket() throws Exception {
        var offer = xmpp.ask(jingle(ROMEO, SEEN_JULIET, "session-initiate", socks5("vj3hs98y",
                "<candidate cid='c' host='192.168.4.1' jid='" + ROMEO + "' port='5086' priority='1' type='direct'/>")),
                END);
        assertThat(offer).contains(SEEN_ROMEO, JULIET, "sonnet.txt", "127.0.0.1").doesNotContain("192.168.4.1");
        var sid = attribute(offer, "transport", "sid");
        var answer = xmpp.ask(jingle(JULIET, SEEN_ROMEO, "session-accept", socks5(sid, "")), END);
        assertThat(answer).contains(SEEN_JULIET, ROMEO, "session-accept");

        try (var romeo = connected(answer); var juliet = connected(offer)) {
            xmpp.ask(jingle(ROMEO, SEEN_JULIET, "transport-info", socks5("vj3hs98y", used(answer))),
                    "id='transport-info'");
            xmpp.ask(jingle(JULIET, SEEN_ROMEO, "transport-info", socks5(sid, used(offer))), "id='transport-info'");
            romeo.write("hello");
            assertThat(juliet.readText(5)).isEqualTo("hello");
            romeo.halfClose();
            assertThat(juliet.read()).isNegative();
        }
        xmpp.ask("<iq type='set' id='bye' from='" + JULIET + "' to='" + SEEN_ROMEO + "'><jingle"
                + " xmlns='urn:xmpp:jingle:1' action='session-terminate'"
                + " sid='a73sjjvkla37jfea'><reason><success/></reason></jingle></iq>", "<success/>");

        Await.until(() -> "the session's line", () -> !captured.lines().isEmpty());
        assertThat(captured.lines()).singleElement().asString()
                .contains(" kind=file initiator=" + ROMEO + " responder=" + JULIET + " sid=a73sjjvkla37jfea"
                        + " transports=socks5,socks5 bytes=5 ", " reason=success by=" + JULIET);
    }

    @Test
    void aCallIsOfferedWithTheRelaysCandidatesAlone() throws Exception {
        var offer = xmpp.ask("<iq type='set' id='call' from='" + ROMEO + "' to='" + SEEN_JULIET + "'>"
                + "<jingle xmlns='urn:xmpp:jingle:1' action='session-initiate' sid='b84tkkwlb48kgfb'>"
                + "<content creator='initiator' name='voice'><description xmlns='urn:xmpp:jingle:apps:rtp:1'"
                + " media='audio'><payload-type id='111' name='opus' clockrate='48000'/><rtcp-mux/></description>"
                + "<transport xmlns='urn:xmpp:jingle:transports:ice-udp:1' ufrag='8hhy' pwd='asd88fgpdd777uzjYhagZg'>"
                + "<fingerprint xmlns='urn:xmpp:jingle:apps:dtls:0' hash='sha-256'"
                + " setup='actpass'>02:1A:CC</fingerprint><candidate component='1' foundation='1' generation='0'"
                + " id='c1' ip='203.0.113.99' network='0' port='8998' priority='2130706431' protocol='udp'"
                + " type='host'/></transport></content></jingle></iq>", END);

        assertThat(offer).contains("session-initiate", SEEN_ROMEO, JULIET, "opus", "02:1A:CC", "127.0.0.1")
                .doesNotContain("203.0.113.99", "8hhy");
    }

    @Test
    void whoWasWrittenToMayAnswerAlsoAfterARestart() throws Exception {
        var message = "<message type='chat' from='%s' to='%s'><body>hi</body></message>";
        assertThat(xmpp.ask(message.formatted(JULIET, SEEN_ROMEO), "</message>")).contains("<forbidden");
        assertThat(xmpp.ask(message.formatted(ROMEO, SEEN_JULIET), "</message>"))
                .contains(SEEN_ROMEO, JULIET).doesNotContain("error");
        end();
        serve();

        assertThat(xmpp.ask(message.formatted(JULIET, SEEN_ROMEO), "</message>"))
                .contains(SEEN_JULIET, ROMEO).doesNotContain("error");
        assertThat(xmpp.ask(message.formatted("mercutio@verona.lit/x", SEEN_ROMEO), "</message>"))
                .contains("<forbidden");
    }
}
