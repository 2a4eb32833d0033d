// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.RecordedRequests;
import im.thingle.signaling.Xml;
import im.thingle.signaling.port.CallServicesSettings;
import im.thingle.signaling.port.ChannelOutcome;
import im.thingle.signaling.port.Ports;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServiceListTest {
    private static final String SERVICES = "<services xmlns='urn:xmpp:extdisco:2'/>";
    private static final String TURN = "<turn xmlns='http://jabber.org/protocol/jinglenodes#turncredentials'/>";
    private static final String CHANNEL = "<channel xmlns='http://jabber.org/protocol/jinglenodes#channel'/>";

    private final RecordedOutput out = new RecordedOutput();
    private final IqRouter router = new IqRouter("proxy.example.org", new PendingIqs(), out);

    /** Whatever gives credentials, and what costs ports, draws on one and the same budget of an account. */
    @Test
    void whatHandsOutCredentialsSharesOneBudget() {
        start(2);

        assertThat(ask("alice@example.org/1", SERVICES)).contains("password='pass'");
        assertThat(ask("alice@example.org/2", TURN)).contains("password='pass'");
        assertThat(ask("alice@example.org/3", TURN)).contains("<resource-constraint ");
        assertThat(ask("alice@example.org/4", CHANNEL)).contains("<resource-constraint ");
        assertThat(ask("alice@example.org/5", SERVICES)).contains("<resource-constraint ");
        assertThat(ask("bob@example.org/1", TURN)).contains("password='pass'");
    }

    @Test
    void usersBeginTwentyCommandsAMinuteWhateverElseTheyMayAsk() {
        start(0);
        String mine = "<command xmlns='http://jabber.org/protocol/commands' node='urn:thingle:commands:my-sessions'/>";
        for (int i = 0; i < 20; i++) {
            assertThat(set("alice@example.org/" + i, mine)).contains("status='completed'");
        }

        assertThat(set("alice@example.org/x", mine)).contains("<resource-constraint ");
        assertThat(ask("alice@example.org/x", SERVICES)).contains("password='pass'");
    }

    private void start(int perMinute) {
        Ports calls = TestPorts.withCalls();
        Ports ports = new Ports(calls.relay(), calls.access(), calls.calls(),
                new CallServicesSettings(perMinute, false),
                Optional.of((request, whenDone) ->
                        whenDone.accept(new ChannelOutcome.Opened("id", "host", 1, 2, 3, 4))),
                calls.operations(), Optional.empty());
        ComponentSettings settings = new ComponentSettings("127.0.0.1", 5347, "proxy.example.org", "test", Tls.off(),
                List.of("example.org"));
        new Services(new ServiceList(settings, ports, new RecordedRequests(), router, new RecordedEvents()).all("1"),
                router, out);
    }

    private String ask(String from, String payload) {
        return send("get", from, payload);
    }

    private String set(String from, String payload) {
        return send("set", from, payload);
    }

    private String send(String type, String from, String payload) {
        out.all.clear();
        router.onStanza(
                Xml.stanza("<iq type='" + type + "' id='1' from='" + from + "' to='proxy.example.org'>" + payload
                        + "</iq>"));
        return out.all.getFirst();
    }
}
