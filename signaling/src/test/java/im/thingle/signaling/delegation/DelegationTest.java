// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.delegation;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.RecordedRoutes;
import im.thingle.signaling.RecordingReply;
import im.thingle.signaling.Xml;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DelegationTest {
    private static final String ALICE = "<iq xmlns='jabber:client' type='get' id='e1' from='alice@example.org/q'"
            + " to='example.org'><services xmlns='urn:xmpp:extdisco:2'/></iq>";

    private final List<Iq> dispatched = new ArrayList<>();
    private final List<Consumer<Element>> answers = new ArrayList<>();
    private final LinkLines log = new LinkLines();
    private final Delegation delegation = new Delegation("proxy.example.org", List.of("example.org", "example.net"),
            List.of("urn:xmpp:extdisco:2", "urn:xmpp:extdisco:1"), this::dispatch, log);
    private final RecordedRoutes routes = RecordedRoutes.of(delegation);

    @ParameterizedTest
    @ValueSource(strings = {"urn:xmpp:delegation:1", "urn:xmpp:delegation:2"})
    void wrapsTheAnswerAsTheServerWrappedTheRequest(String version) {
        RecordingReply reply = forward(version, "example.org", ALICE);
        assertThat(reply.text()).isNull();
        assertThat(dispatched).containsExactly(Iq.of(client(ALICE)));

        answers.getFirst().accept(dispatched.getFirst().result(Element.of("services", "urn:xmpp:extdisco:2").build()));

        assertThat(reply.text()).isEqualTo("<iq type='result' id='w1' from='proxy.example.org' to='example.org'>"
                + "<delegation xmlns='" + version + "'><forwarded xmlns='urn:xmpp:forward:0'>"
                + "<iq xmlns='jabber:client' type='result' id='e1' from='example.org' to='alice@example.org/q'>"
                + "<services xmlns='urn:xmpp:extdisco:2'/></iq></forwarded></delegation></iq>");
    }

    @Test
    void wrapsAnErrorInAResultSinceTheServerWouldReplaceOneAboutTheWrapper() {
        RecordingReply reply = forward("urn:xmpp:delegation:2", "example.org", ALICE);

        answers.getFirst().accept(dispatched.getFirst().error(StanzaError.FORBIDDEN, ""));

        assertThat(reply.text()).startsWith("<iq type='result' id='w1' ")
                .contains("<forwarded xmlns='urn:xmpp:forward:0'>"
                        + "<iq xmlns='jabber:client' type='error' id='e1' from='example.org' to='alice@example.org/q'>"
                        + "<error type='auth'><forbidden"
                        + " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq></forwarded>");
    }

    /** The example of XEP-0355 §4.3: a request to the server may have no address. */
    @Test
    void answersWithoutAnAddressWhatHadNone() {
        RecordingReply reply = forward("urn:xmpp:delegation:2", "example.org", ALICE.replace(" to='example.org'", ""));

        answers.getFirst().accept(dispatched.getFirst().result(null));

        assertThat(reply.text()).contains("<iq xmlns='jabber:client' type='result' id='e1' to='alice@example.org/q'/>");
    }

    @ParameterizedTest
    @CsvSource({"example.org, example.org", "Example.Org, EXAMPLE.org", "example.org, bob@example.org",
            "example.net, example.net"})
    void answersForTheDomainThatForwardsAndItsAccounts(String server, String to) {
        forward("urn:xmpp:delegation:2", server, ALICE.replace("to='example.org'", "to='" + to + "'"));

        assertThat(dispatched).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mallory@example.org/x", "mallory@example.org", "example.org/x", "evil.example",
        "proxy.example.org", "sub.example.org", "@"})
    void believesNobodyButTheServerItself(String from) {
        RecordingReply reply = forward("urn:xmpp:delegation:2", from, ALICE);

        assertThat(reply.condition()).isEqualTo(StanzaError.FORBIDDEN);
        assertThat(reply.text()).contains("A forged delegation").contains("[example.org, example.net]");
        assertThat(dispatched).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"to='example.net'", "to='example.org/x'", "to='bob@example.org/x'",
            "to='bob@evil.example'", "to='@'"})
    void answersOnlyInTheNameOfTheServerThatForwards(String to) {
        RecordingReply reply = forward("urn:xmpp:delegation:2", "example.org", ALICE.replace("to='example.org'", to));

        assertThat(reply.condition()).isEqualTo(StanzaError.FORBIDDEN);
        assertThat(dispatched).isEmpty();
    }

    /** Else a server could have the accounts of another one, with which it shares this component, charged. */
    @ParameterizedTest
    @ValueSource(strings = {"eve@evil.example/q", "evil.example", "alice@sub.example.org/q"})
    void believesTheServerOnlyAboutItsOwnAccounts(String from) {
        RecordingReply reply = forward("urn:xmpp:delegation:2", "example.org",
                ALICE.replace("alice@example.org/q", from));

        assertThat(dispatched).isEmpty();
        assertThat(reply.text()).startsWith("<iq type='result' id='w1' ")
                .contains("<iq xmlns='jabber:client' type='error' id='e1'"
                        + " from='example.org' to='" + from + "'><error type='auth'><forbidden ");
        assertThat(log.all).singleElement().asString().startsWith("refused delegation forbidden " + from + ": ");
    }

    @Test
    void answersAnAccountOfAnotherDomainOfTheSameServer() {
        forward("urn:xmpp:delegation:2", "example.org", ALICE.replace("alice@example.org/q", "alice@Example.NET/q"));

        assertThat(dispatched).hasSize(1);
    }

    @Test
    void wantsToKnowWhomAStrangerAsked() {
        String eve = ALICE.replace("alice@example.org/q", "eve@evil.example/q");

        assertThat(forward("urn:xmpp:delegation:2", "example.org", eve.replace(" to='example.org'", "")).condition())
                .isEqualTo(StanzaError.FORBIDDEN);
        assertThat(dispatched).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "from='@'", "from='a b@example.org'"})
    void wantsASenderWithAValidJid(String from) {
        RecordingReply reply = forward("urn:xmpp:delegation:2", "example.org",
                ALICE.replace("from='alice@example.org/q'", from));

        assertThat(reply.condition()).isEqualTo(StanzaError.JID_MALFORMED);
        assertThat(dispatched).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<forwarded xmlns='urn:xmpp:forward:0'/>",
        "<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client'/></forwarded>",
        "<forwarded xmlns='urn:xmpp:forward:0'><iq type='get' id='e1' from='a@example.org/q'><services"
                + " xmlns='urn:xmpp:extdisco:2'/></iq></forwarded>",
        "<forwarded xmlns='urn:xmpp:forward:0'>" + ALICE + ALICE + "</forwarded>",
        "<forwarded xmlns='urn:xmpp:forward:0'>" + ALICE + "</forwarded><forwarded xmlns='urn:xmpp:forward:0'/>",
        ALICE})
    void refusesAWrapperWithoutExactlyOneIqOfAClient(String inside) {
        RecordingReply reply = routes.ask("<iq type='set' id='w1' from='example.org' to='proxy.example.org'>"
                + "<delegation xmlns='urn:xmpp:delegation:2'>" + inside + "</delegation></iq>");

        assertThat(reply.condition()).isEqualTo(StanzaError.BAD_REQUEST);
        assertThat(dispatched).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"type='get', type='result'", "type='get', type='error'", "id='e1', ''"})
    void refusesWhatNobodyCouldAnswer(String part, String other) {
        RecordingReply reply = forward("urn:xmpp:delegation:2", "example.org", ALICE.replace(part, other));

        assertThat(reply.condition()).isEqualTo(StanzaError.BAD_REQUEST);
        assertThat(dispatched).isEmpty();
    }

    @Test
    void leavesARequestWithTwoPayloadsToTheRouterWhichTellsTheUser() {
        forward("urn:xmpp:delegation:2", "example.org",
                ALICE.replace("</iq>", "<services xmlns='urn:xmpp:extdisco:2'/></iq>"));

        assertThat(dispatched).hasSize(1);
        assertThat(dispatched.getFirst().payload()).isNull();
    }

    @Test
    void tellsTheUserThatADelegationIsNeverDelegated() {
        RecordingReply reply = forward("urn:xmpp:delegation:2", "example.org", ALICE
                .replace("<services xmlns='urn:xmpp:extdisco:2'/>", "<delegation xmlns='urn:xmpp:delegation:1'/>"));

        assertThat(reply.text()).startsWith("<iq type='result' id='w1' ")
                .contains("id='e1' from='example.org' to='alice@example.org/q'>"
                        + "<error type='auth'><forbidden ");
        assertThat(log.all).singleElement().asString().startsWith("refused delegation forbidden alice@example.org/q: ");
        assertThat(dispatched).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"jabber:iq:roster", "http://jabber.org/protocol/bytestreams", "urn:xmpp:extdisco:3"})
    void answersNothingElseInTheNameOfTheServer(String namespace) {
        RecordingReply reply = forward("urn:xmpp:delegation:2", "example.org",
                ALICE.replace("urn:xmpp:extdisco:2", namespace));

        assertThat(reply.text()).startsWith("<iq type='result' id='w1' ")
                .contains("<error type='cancel'><service-unavailable ");
        assertThat(log.all).singleElement().asString()
                .startsWith("refused delegation service-unavailable alice@example.org/q: ");
        assertThat(dispatched).isEmpty();
    }

    private RecordingReply forward(String version, String server, String stanza) {
        return routes.ask("<iq type='set' id='w1' from='" + server + "' to='proxy.example.org'><delegation xmlns='"
                + version + "'>"
                + "<forwarded xmlns='urn:xmpp:forward:0'>" + stanza + "</forwarded></delegation></iq>");
    }

    private void dispatch(Iq request, Consumer<Element> send) {
        dispatched.add(request);
        answers.add(send);
    }

    private static Element client(String stanza) {
        return Xml.stanza("<x>" + stanza + "</x>").children().getFirst();
    }
}
