// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Delegation (XEP-0355) over a link, with what Prosody's and ejabberd's mod_delegation were seen to send. */
@Timeout(60)
class DelegationLinkTest {
    private static final String TWO = "urn:xmpp:delegation:2";
    private static final String SERVICES = "<services xmlns='urn:xmpp:extdisco:2'/>";
    private static final String FEATURE = "<feature var='urn:xmpp:extdisco:2'/>";
    private static final String WRAPPED = "</delegation></iq>";
    private static final String ONE = "urn:xmpp:delegation:1";

    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final RecordedEvents events = new RecordedEvents();
    private ScriptedServer server;
    private ComponentLink link;

    @BeforeEach
    void start() throws Exception {
        server = new ScriptedServer();
        startLink();
    }

    @AfterEach
    void stop() throws Exception {
        link.close().get(10, TimeUnit.SECONDS);
        server.close();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
    }

    @Test
    void servesProsodyWhichAsksOnlyOnceInItsLifeAlsoAfterItsOwnRestart() throws Exception {
        try (ScriptedServer.Peer prosody = server.accept()) {
            bringUp(prosody);
            assertThat(prosody.ask(node(TWO + "::urn:xmpp:extdisco:2"), "</iq>")).contains(FEATURE);
            assertThat(prosody.ask(node(TWO + ":bare:urn:xmpp:extdisco:2"), "</iq>")).contains(FEATURE);
            prosody.write(announcement(TWO));
            assertAnswered(ask(prosody), TWO, "from='example.org' to='alice@example.org/q'");
            expect("answered disco-info", "answered disco-info",
                    "delegated proxy.example.org example.org [urn:xmpp:extdisco:2]", "answered delegation",
                    "answered external-services");
            link.close();
            prosody.readToEnd();
        }

        // The component is a new process; Prosody is the old one.
        startLink();
        try (ScriptedServer.Peer prosody = server.accept()) {
            bringUp(prosody);
            prosody.write(announcement(TWO));
            assertAnswered(ask(prosody), TWO, "from='example.org' to='alice@example.org/q'");
        }
    }

    @Test
    void servesEjabberdAgainAfterEjabberdsRestart() throws Exception {
        for (int life = 1; life <= 2; life++) {
            try (ScriptedServer.Peer ejabberd = server.accept()) {
                bringUp(ejabberd);
                assertThat(ejabberd.ask(node(ONE + "::urn:xmpp:extdisco:2"), "</iq>")).contains(FEATURE);
                assertThat(ejabberd.ask(node(ONE + ":bare:urn:xmpp:extdisco:2"), "</iq>")).contains(FEATURE);
                ejabberd.write(announcement(ONE) + announcement(ONE));
                assertAnswered(ejabberd.ask(fromEjabberd(), WRAPPED), ONE,
                        "from='alice@example.org' to='alice@example.org/q'");
                expect("answered disco-info", "answered disco-info",
                        "delegated proxy.example.org example.org [urn:xmpp:extdisco:2]", "answered delegation",
                        "answered external-services");
            }
            assertThat(events.next()).startsWith("down ");
        }
    }

    @Test
    void answersAWrapperThatComesBeforeAnythingElse() throws Exception {
        try (ScriptedServer.Peer prosody = server.accept()) {
            bringUp(prosody);

            assertAnswered(ask(prosody), TWO, "from='example.org' to='alice@example.org/q'");
        }
    }

    @Test
    void refusesAForgedWrapperAndDisturbsNobody() throws Exception {
        try (ScriptedServer.Peer prosody = server.accept()) {
            bringUp(prosody);
            String forged = fromProsody("alice@example.org/q", "<services xmlns='urn:xmpp:extdisco:2'/>")
                    .replace("from='example.org' to='proxy", "from='mallory@example.org/x' to='proxy");

            assertThat(prosody.ask(forged, "</iq>"))
                    .startsWith("<iq type='error' id='w1' from='proxy.example.org' to='mallory@example.org/x'>"
                            + "<error type='auth'><forbidden ").doesNotContain("turn.example.org");
            assertThat(events.next()).isEqualTo("refused delegation forbidden mallory@example.org/x");

            assertThat(ask(prosody))
                    .startsWith("<iq type='result' ");
        }
    }

    @Test
    void tellsTheUserWhatIsWrongWithHisRequest() throws Exception {
        try (ScriptedServer.Peer prosody = server.accept()) {
            bringUp(prosody);

            assertThat(prosody.ask(fromProsody("eve@evil.example/q", SERVICES), WRAPPED))
                    .contains("type='error' id='e1' from='example.org' to='eve@evil.example/q'><error"
                            + " type='auth'><forbidden ");
            expect("answered delegation", "refused delegation forbidden eve@evil.example/q");
            assertThat(prosody.ask(fromProsody("alice@example.org/q", SERVICES.repeat(2)), WRAPPED))
                    .startsWith("<iq type='result' id='w1' ").contains("type='error' id='e1'")
                    .contains("<error type='modify'><bad-request ");
        }
    }

    private void startLink() {
        ComponentSettings settings = new ComponentSettings("127.0.0.1", server.port(), "proxy.example.org", "test",
                Tls.off(), List.of("example.org"));
        link = ComponentLink.create(settings, loops, NioSocketChannel.class, TestPorts.withCalls(), events, "1.0");
        link.start();
    }

    private void bringUp(ScriptedServer.Peer peer) throws Exception {
        peer.handshake();
        assertThat(events.next()).startsWith("up proxy.example.org ");
    }

    private static String ask(ScriptedServer.Peer prosody) throws IOException {
        return prosody.ask(fromProsody("alice@example.org/q", SERVICES), WRAPPED);
    }

    private void expect(String... lines) throws InterruptedException {
        for (String line : lines) {
            assertThat(events.next()).isEqualTo(line);
        }
    }

    private static String node(String node) {
        return "<iq type='get' id='d1' from='example.org' to='proxy.example.org'>"
                + "<query xmlns='http://jabber.org/protocol/disco#info' node='" + node + "'/></iq>";
    }

    private static String announcement(String version) {
        return "<message from='example.org' to='proxy.example.org'><delegation xmlns='" + version + "'>"
                + "<delegated namespace='urn:xmpp:extdisco:2'/></delegation></message>";
    }

    private static String fromProsody(String user, String payload) {
        return "<iq type='set' id='w1' from='example.org' to='proxy.example.org'><delegation xmlns='" + TWO + "'>"
                + "<forwarded xmlns='urn:xmpp:forward:0'><iq xml:lang='en' to='example.org' type='get'"
                + " xmlns='jabber:client' from='" + user
                + "' id='e1'>" + payload + "</iq></forwarded></delegation></iq>";
    }

    private static String fromEjabberd() {
        return "<iq xml:lang='en' to='proxy.example.org' from='example.org' type='set' id='w1'><delegation xmlns='"
                + ONE + "'>"
                + "<forwarded xmlns='urn:xmpp:forward:0'><iq xml:lang='en' to='alice@example.org'"
                + " from='alice@example.org/q' type='get' id='e1' xmlns='jabber:client'><services"
                + " xmlns='urn:xmpp:extdisco:2'/></iq></forwarded></delegation></iq>";
    }

    private static void assertAnswered(String answer, String version, String addresses) {
        assertThat(answer)
                .startsWith("<iq type='result' id='w1' from='proxy.example.org' to='example.org'><delegation xmlns='"
                        + version
                        + "'><forwarded xmlns='urn:xmpp:forward:0'><iq xmlns='jabber:client' type='result' id='e1' "
                        + addresses
                        + "><services xmlns='urn:xmpp:extdisco:2'><service ")
                        .contains("host='turn.example.org'").contains("password='pass'")
                        .endsWith("</services></iq></forwarded></delegation></iq>");
    }
}
