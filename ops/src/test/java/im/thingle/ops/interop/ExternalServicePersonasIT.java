// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.peer.Account;
import im.thingle.ops.peer.Deployment;
import im.thingle.ops.peer.Elements;
import im.thingle.ops.peer.NeedsPeer;
import im.thingle.ops.peer.Peer;
import im.thingle.ops.peer.RawXmpp;
import im.thingle.ops.peer.ServerPage;
import im.thingle.ops.peer.XmppServer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;

/** How clients look for STUN and TURN (XEP-0215): what they ask, and whom, and what each takes of the answer. */
@NeedsPeer({Peer.PROSODY, Peer.PROSODY_MODULES})
@Timeout(60)
class ExternalServicePersonasIT {
    private static final String EXTDISCO = "urn:xmpp:extdisco:2";
    private static final String SERVICES = "<services xmlns='" + EXTDISCO + "'/>";
    private static final String SERVER = "localhost";
    private static Deployment deployment;
    private static RawXmpp client;

    @BeforeAll
    static void start() throws Exception {
        // clients leave out addresses of loopback
        deployment = Deployment.documented(
                ServerPage.PROSODY, "thingle.external-services.hosts = [\"203.0.113.7\", \"2001:db8::7\"]");
        client = RawXmpp.login(deployment.server(), Account.ALICE, "raw");
    }

    @AfterAll
    static void stop() throws IOException {
        client.close();
        deployment.close();
    }

    /** It looks at the features first, and leaves out what has no transport, TURN without a password, TLS over UDP. */
    @ParameterizedTest
    @ValueSource(strings = {SERVER, XmppServer.PROXY})
    void conversationsTakesAllOfThem(String whom) throws IOException {
        assertThat(features(whom)).contains(EXTDISCO);
        List<OfferedService> offered = services(whom);

        List<String> taken = offered.stream()
                .filter(s -> Set.of("stun", "stuns", "turn", "turns").contains(s.type()))
                .filter(s -> !s.host().isEmpty() && Integer.parseInt(s.port()) > 0)
                .filter(s -> Set.of("udp", "tcp").contains(s.transport()))
                .filter(s -> !s.type().endsWith("s") || s.transport().equals("tcp"))
                .filter(s -> s.hasCredentials() || !s.isTurn())
                .map(s -> s.type() + " " + s.transport() + " " + s.host())
                .toList();

        assertThat(taken).hasSameSizeAs(offered).containsExactlyInAnyOrder(
                "stun udp 203.0.113.7", "turn udp 203.0.113.7", "turn tcp 203.0.113.7", "turns tcp 203.0.113.7",
                "stun udp 2001:db8::7", "turn udp 2001:db8::7", "turn tcp 2001:db8::7");
    }

    /** It takes the last service of each type that is UDP and has an IPv4 address. */
    @ParameterizedTest
    @ValueSource(strings = {SERVER, XmppServer.PROXY})
    void dinoFindsUdpAtAnIpv4Address(String whom) throws IOException {
        List<OfferedService> offered = services(whom);

        OfferedService stun = lastOverUdpAndIpv4(offered, "stun");
        OfferedService turn = lastOverUdpAndIpv4(offered, "turn");

        assertThat(stun.host()).isEqualTo("203.0.113.7");
        assertThat(turn.host()).isEqualTo("203.0.113.7");
        assertThat(turn.hasCredentials()).isTrue();
        // It asks again at half of the time, unless that is less than five minutes; others ask once a day.
        assertThat(Duration.between(Instant.now(), Instant.parse(turn.expires())))
                .isGreaterThan(Duration.ofHours(12));
    }

    /** It asks every item of its server, and later for the credentials of each service the JID that listed it. */
    @Test
    void monalGetsCredentialsForEveryServiceThatItFound() throws IOException {
        record Found(String by, OfferedService service) {}
        List<Found> found = new ArrayList<>();
        for (String jid : serverAndItsItems()) {
            if (features(jid).contains(EXTDISCO)) {
                services(jid).stream()
                        .filter(s -> s.type().equals("stun") || s.type().equals("turn"))
                        .forEach(s -> found.add(new Found(jid, s)));
            }
        }
        assertThat(found).extracting(Found::by).contains(SERVER, XmppServer.PROXY);

        for (Found each : found) {
            OfferedService listed = each.service();
            Element answer = client.ask("get", each.by(), credentials(
                    "type='%s' host='%s' port='%s'".formatted(listed.type(), listed.host(), listed.port())));

            // What the first one says is laid over what was listed; a call waits for ever for TURN without a password.
            OfferedService first = OfferedService.in(answer).getFirst();
            assertThat(List.of(first.type(), first.host(), first.port()))
                    .containsExactly(listed.type(), listed.host(), listed.port());
            assertThat(first.hasCredentials()).isEqualTo(listed.isTurn());
        }
    }

    /**
     * It needs host, port and type, drops what has expired, and asks in one request for the credentials of all that
     * soon will.
     */
    @ParameterizedTest
    @ValueSource(strings = {SERVER, XmppServer.PROXY})
    void psiTakesServicesAndCredentials(String whom) throws IOException {
        List<OfferedService> offered = services(whom);
        assertThat(offered).allSatisfy(s -> assertThat(List.of(s.host(), s.port(), s.type())).doesNotContain(""));
        assertThat(offered).filteredOn(OfferedService::isTurn)
                .allSatisfy(s -> assertThat(Instant.parse(s.expires())).isAfter(Instant.now()));

        List<OfferedService> turn = offered.stream().filter(OfferedService::isTurn).toList();
        List<String> asked = turn.stream()
                .map(s -> "<service host='%s' type='%s' port='%s'/>".formatted(s.host(), s.type(), s.port()))
                .distinct()
                .toList();

        Element answer = client.ask("get", whom,
                "<credentials xmlns='" + EXTDISCO + "'>" + String.join("", asked) + "</credentials>");

        assertThat(asked).hasSize(3);
        assertThat(Elements.first(answer, "credentials").getNamespaceURI()).isEqualTo(EXTDISCO);
        assertThat(OfferedService.in(answer))
                .allMatch(OfferedService::hasCredentials)
                .extracting(s -> s.type() + " " + s.host() + " " + s.transport())
                .containsExactlyElementsOf(
                        turn.stream().map(s -> s.type() + " " + s.host() + " " + s.transport()).toList());
    }

    /**
     * It takes the first stun, the first turn and every other type, and builds addresses without a transport and
     * without brackets. A browser that cannot read one of them makes no call at all.
     */
    @ParameterizedTest
    @ValueSource(strings = {SERVER, XmppServer.PROXY})
    void movimBuildsAddressesThatABrowserReads(String whom) throws IOException {
        Set<String> once = new HashSet<>();

        List<OfferedService> taken = services(whom).stream()
                .filter(s -> !Set.of("stun", "turn").contains(s.type()) || once.add(s.type()))
                .toList();

        assertThat(taken)
                .extracting(s -> s.type() + ":" + s.host() + " over " + s.transport())
                .containsExactly(
                        "stun:203.0.113.7 over udp", "turn:203.0.113.7 over udp", "turns:203.0.113.7 over tcp");
        assertThat(taken).filteredOn(OfferedService::isTurn).allMatch(OfferedService::hasCredentials);
    }

    /** Older clients, and stanza where it is told to, speak the first version. */
    @ParameterizedTest
    @ValueSource(strings = {SERVER, XmppServer.PROXY})
    void theFirstVersionIsAnsweredInItself(String whom) throws IOException {
        Element answer = client.ask("get", whom, "<services xmlns='urn:xmpp:extdisco:1' type='turn'/>");

        assertThat(Elements.all(answer, "service"))
                .isNotEmpty()
                .allSatisfy(s -> assertThat(s.getNamespaceURI()).isEqualTo("urn:xmpp:extdisco:1"));
        assertThat(OfferedService.in(answer))
                .allMatch(OfferedService::hasCredentials)
                .extracting(OfferedService::type).containsOnly("turn");
    }

    /** One name on the wire for an account, however it asks; and the wire does not tell which account. */
    @Test
    void theNameIsTheAccountsOwnAndDoesNotShowIt() throws IOException {
        List<String> names = Stream.concat(services(SERVER).stream(), services(XmppServer.PROXY).stream())
                .filter(OfferedService::isTurn)
                .map(s -> s.username().substring(s.username().indexOf(':') + 1))
                .distinct()
                .toList();

        assertThat(names).hasSize(1);
        assertThat(names.getFirst()).doesNotContain(Account.ALICE.user());
    }

    private static OfferedService lastOverUdpAndIpv4(List<OfferedService> offered, String type) {
        return offered.stream()
                .filter(s -> s.type().equals(type) && s.transport().equals("udp") && !s.host().contains(":"))
                .reduce((before, last) -> last)
                .orElseThrow();
    }

    private static List<String> serverAndItsItems() throws IOException {
        Element items = client.ask("get", SERVER, "<query xmlns='http://jabber.org/protocol/disco#items'/>");
        List<String> jids = new ArrayList<>(List.of(SERVER));
        Elements.all(items, "item").forEach(item -> jids.add(item.getAttribute("jid")));
        return jids;
    }

    private static List<String> features(String jid) throws IOException {
        Element info = client.ask("get", jid, "<query xmlns='http://jabber.org/protocol/disco#info'/>");
        return Elements.all(info, "feature").stream().map(f -> f.getAttribute("var")).toList();
    }

    private static List<OfferedService> services(String whom) throws IOException {
        Element answer = client.ask("get", whom, SERVICES);
        assertThat(answer.getAttribute("from")).isEqualTo(whom);
        assertThat(Elements.first(answer, "services").getNamespaceURI()).isEqualTo(EXTDISCO);
        return OfferedService.in(answer);
    }

    private static String credentials(String attributes) {
        return "<credentials xmlns='" + EXTDISCO + "'><service " + attributes + "/></credentials>";
    }
}
