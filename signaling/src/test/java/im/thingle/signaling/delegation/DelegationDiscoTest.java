// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.delegation;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.RecordedRoutes;
import im.thingle.signaling.RecordingReply;
import im.thingle.signaling.Xml;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.StanzaError;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server asks before it delegates, and what it says afterwards. */
class DelegationDiscoTest {
    private final LinkLines log = new LinkLines();
    private final Delegation delegation = new Delegation("proxy.example.org", List.of("example.org"),
            List.of("urn:xmpp:extdisco:2", "urn:xmpp:extdisco:1"), (iq, send) -> { }, log);
    private final RecordedRoutes routes = RecordedRoutes.of(delegation);

    @Test
    void tellsThatItTakesDelegations() {
        assertThat(delegation.features()).containsExactly("urn:xmpp:delegation:2", "urn:xmpp:delegation:1");
    }

    @ParameterizedTest
    @CsvSource({"urn:xmpp:delegation:2::urn:xmpp:extdisco:2, urn:xmpp:extdisco:2",
        "urn:xmpp:delegation:2:bare:urn:xmpp:extdisco:2, urn:xmpp:extdisco:2",
        "urn:xmpp:delegation:1::urn:xmpp:extdisco:2, urn:xmpp:extdisco:2",
        "urn:xmpp:delegation:1:bare:urn:xmpp:extdisco:1, urn:xmpp:extdisco:1"})
    void tellsTheServerWhatToTellInItsOwnName(String node, String feature) {
        assertThat(ask(node, "example.org").text())
                .isEqualTo("<iq type='result' id='d1' from='proxy.example.org' to='example.org'>"
                        + "<query xmlns='http://jabber.org/protocol/disco#info' node='" + node + "'><feature var='"
                        + feature + "'/></query></iq>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"urn:xmpp:delegation:3::urn:xmpp:extdisco:2", "urn:xmpp:delegation:2::jabber:iq:roster",
        "urn:xmpp:delegation:2:bare:disco#info:*", "urn:xmpp:delegation:2", "urn:xmpp:delegation:2::"})
    void knowsNoOtherNodes(String node) {
        assertThat(routes.infoNodes).singleElement().satisfies(known -> assertThat(known.node()).rejects(node));
    }

    /** COMPAT(ejabberd, all): every virtual host asks, and delegates only after a result. */
    @ParameterizedTest
    @ValueSource(strings = {"other.example", "alice@example.org/q"})
    void keepsOtherDomainsFromDelegating(String from) {
        assertThat(ask("urn:xmpp:delegation:1::urn:xmpp:extdisco:2", from).condition())
                .isEqualTo(StanzaError.FORBIDDEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"urn:xmpp:delegation:1", "urn:xmpp:delegation:2"})
    void reportsWhatTheServerDelegates(String version) {
        announce("example.org", version, "<delegated namespace='urn:xmpp:extdisco:2'><attribute name='x'/></delegated>"
                + "<delegated namespace='urn:xmpp:extdisco:1'/>");

        assertThat(log.all)
                .containsExactly("delegated proxy.example.org example.org [urn:xmpp:extdisco:2, urn:xmpp:extdisco:1]");
    }

    /** COMPAT(ejabberd, all): it announces each namespace once for itself and once for its accounts. */
    @Test
    void reportsADelegationOnceForEachLink() {
        announce("example.org", "urn:xmpp:delegation:1", "<delegated namespace='urn:xmpp:extdisco:2'/>");
        announce("example.org", "urn:xmpp:delegation:1", "<delegated namespace='urn:xmpp:extdisco:2'/>");
        assertThat(log.all).hasSize(1);

        delegation.onLinkDown();
        announce("example.org", "urn:xmpp:delegation:1", "<delegated namespace='urn:xmpp:extdisco:2'/>");

        assertThat(log.all).hasSize(2);
    }

    @Test
    void reportsWhatItWillNotAnswer() {
        announce("example.org", "urn:xmpp:delegation:2",
                "<delegated namespace='jabber:iq:roster'/><delegated/><other namespace='x'/>");

        assertThat(log.all).singleElement().asString()
                .startsWith("refused delegation service-unavailable example.org: The server delegates"
                        + " jabber:iq:roster");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mallory@example.org/x", "other.example", "@"})
    void reportsAForgedAnnouncement(String from) {
        announce(from, "urn:xmpp:delegation:2", "<delegated namespace='urn:xmpp:extdisco:2'/>");

        assertThat(log.all).singleElement().asString()
                .startsWith("refused delegation forbidden " + from + ": A forged announcement");
    }

    private RecordingReply ask(String node, String from) {
        Iq iq = Xml.iq("<iq type='get' id='d1' from='" + from + "' to='proxy.example.org'>"
                + "<query xmlns='http://jabber.org/protocol/disco#info' node='" + node + "'/></iq>");
        RecordingReply reply = new RecordingReply(iq);
        assertThat(routes.infoNodes.getFirst().node()).accepts(node);
        routes.infoNodes.getFirst().handler().handle(iq, reply);
        return reply;
    }

    private void announce(String from, String version, String delegated) {
        routes.tell("<message from='" + from + "' to='proxy.example.org'><delegation xmlns='" + version
                + "'>" + delegated
                + "</delegation></message>");
    }
}
