// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.peer.Account;
import im.thingle.ops.peer.Child;
import im.thingle.ops.peer.Deployment;
import im.thingle.ops.peer.Elements;
import im.thingle.ops.peer.NeedsPeer;
import im.thingle.ops.peer.Peer;
import im.thingle.ops.peer.RawXmpp;
import im.thingle.ops.peer.ServerPage;
import im.thingle.ops.peer.TurnThingle;
import im.thingle.ops.peer.Turnutils;
import im.thingle.ops.peer.XmppServer;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;

/** Wrong and unfriendly questions about services (XEP-0215), to the component and by delegation (XEP-0355). */
@NeedsPeer({Peer.PROSODY, Peer.PROSODY_MODULES})
@Timeout(60)
class ExternalServiceRefusalsIT {
    private static final String SERVICES = "<services xmlns='urn:xmpp:extdisco:2'/>";
    private static final String SERVER = "localhost";
    private static final int REQUESTS_PER_MINUTE = 60;
    private static Deployment deployment;
    private static RawXmpp alice;
    private static RawXmpp stranger;

    @BeforeAll
    static void start() throws Exception {
        deployment = Deployment.documented(
                ServerPage.PROSODY, "thingle.turn.shared-secret = \"" + TurnThingle.SECRET + "\"");
        alice = RawXmpp.login(deployment.server(), Account.ALICE, "raw");
        stranger = RawXmpp.login(deployment.server(), Account.STRANGER, "raw");
    }

    @AfterAll
    static void stop() throws IOException {
        alice.close();
        stranger.close();
        deployment.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {SERVER, XmppServer.PROXY})
    void strangersAreForbiddenAndNamedInTheLog(String whom) throws IOException {
        long before = refused("forbidden");

        Element answer = stranger.ask("get", whom, SERVICES);

        assertError(answer, whom, "auth", "forbidden");
        assertThat(refused("forbidden") - before).isEqualTo(1);
        awaitLog(whom.equals(SERVER) ? "delegation" : "external-services", "forbidden", stranger);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            host='turn.elsewhere.example' type='turn' , cancel, item-not-found
            host='127.0.0.1' type='gopher'            , cancel, item-not-found
            host='127.0.0.1' type='turn' port='9'     , cancel, item-not-found
            host='127.0.0.1'                          , modify, bad-request
            type='turn'                               , modify, bad-request
            host='127.0.0.1' type='turn' port='9x'    , modify, bad-request
            """, quoteCharacter = '"')
    void wrongCredentialsRequestsAreAnswered(String service, String type, String condition) throws IOException {
        for (String whom : new String[] {SERVER, XmppServer.PROXY}) {
            long before = refused(condition);

            Element answer = alice.ask(
                    "get", whom, "<credentials xmlns='urn:xmpp:extdisco:2'><service " + service + "/></credentials>");

            assertError(answer, whom, type, condition);
            assertThat(refused(condition) - before).isEqualTo(1);
        }
    }

    @Test
    void credentialsOfNothingAreABadRequest() throws IOException {
        assertError(
                alice.ask("get", XmppServer.PROXY, "<credentials xmlns='urn:xmpp:extdisco:2'/>"),
                XmppServer.PROXY, "modify", "bad-request");
    }

    /** One account's flood, half of it by delegation, is that account's business only. */
    @Test
    void aFloodIsLimited() throws Exception {
        try (RawXmpp bob = RawXmpp.login(deployment.server(), Account.BOB, "raw");
                RawXmpp twin = RawXmpp.login(deployment.server(), Account.BOB, "twin")) {
            int answered = 0;
            for (int i = 0; i < REQUESTS_PER_MINUTE / 2; i++) {
                answered += result(bob.ask("get", SERVER, SERVICES));
                answered += result(twin.ask("get", XmppServer.PROXY, SERVICES));
            }
            assertThat(answered).isEqualTo(REQUESTS_PER_MINUTE);

            // the bucket fills again by one a second
            Element[] refused = new Element[1];
            for (int i = 0; i < REQUESTS_PER_MINUTE && refused[0] == null; i++) {
                Element answer = bob.ask("get", XmppServer.PROXY, SERVICES);
                refused[0] = result(answer) == 1 ? null : answer;
            }

            assertThat(refused[0]).isNotNull();
            assertError(refused[0], XmppServer.PROXY, "wait", "resource-constraint");
            assertThat(refused("resource-constraint")).isPositive();
            awaitLog("external-services", "resource-constraint", bob);
        }
        assertThat(result(alice.ask("get", SERVER, SERVICES))).isEqualTo(1);
    }

    /** A user who wraps a question of somebody else gets nobody's credentials. */
    @ParameterizedTest
    @ValueSource(strings = {"urn:xmpp:delegation:1", "urn:xmpp:delegation:2"})
    void aUsersDelegationIsForged(String version) throws IOException {
        String inner = "<iq xmlns='jabber:client' type='get' id='x' from='bob@localhost/raw' to='localhost'>"
                + SERVICES + "</iq>";
        Element answer = alice.ask(
                "set",
                XmppServer.PROXY,
                "<delegation xmlns='" + version + "'><forwarded xmlns='urn:xmpp:forward:0'>" + inner
                        + "</forwarded></delegation>");

        assertError(answer, XmppServer.PROXY, "auth", "forbidden");
        assertThat(Elements.all(answer, "service")).noneMatch(s -> s.hasAttribute("password"));
        awaitLog("delegation", "forbidden", alice);
    }

    /** As a client sends them that kept its credentials for too long, or believes in another day than the server. */
    @Test
    @NeedsPeer({Peer.PROSODY, Peer.PROSODY_MODULES, Peer.COTURN})
    void expiredCredentialsOpenNoCallAndAreNamedInTheLog() throws Exception {
        OfferedService turn = OfferedService.in(
                alice.ask("get", SERVER, "<services xmlns='urn:xmpp:extdisco:2' type='turn'/>"))
                .getFirst();
        String username = "1000000000" + turn.username().substring(turn.username().indexOf(':'));
        List<String> options =
                List.of("-p", turn.port(), "-y", "-n", "1", "-u", username, "-w", TurnThingle.password(username));

        try (Child client = Turnutils.client(turn.host(), options)) {
            assertThat(client.awaitExit()).as(client::output).isNotZero();
        }

        assertThat(deployment.thingle().metric("thingle_turn_refused_total", "expired-credentials")).isPositive();
        deployment.thingle().child().await("refused.*expired-credentials.*" + Account.ALICE.bareJid());
    }

    private static int result(Element answer) {
        return answer.getAttribute("type").equals("result") ? 1 : 0;
    }

    private static void assertError(Element answer, String from, String type, String condition) {
        assertThat(answer.getAttribute("type")).as(() -> Elements.text(answer)).isEqualTo("error");
        assertThat(answer.getAttribute("from")).isEqualTo(from);
        assertThat(Elements.first(answer, "error").getAttribute("type")).isEqualTo(type);
        assertThat(Elements.condition(answer)).isEqualTo(condition);
    }

    private static void awaitLog(String what, String condition, RawXmpp from) {
        deployment.thingle().child()
                .await("IQ refused what=" + what + " condition=" + condition + " from=" + from.jid() + " why=");
    }

    private static long refused(String condition) {
        return deployment.thingle().metric("thingle_iq_refused_total", condition);
    }
}
