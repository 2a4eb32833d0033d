// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.relaynodes;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.RecordedRoutes;
import im.thingle.signaling.RecordingReply;
import im.thingle.signaling.port.CallCredential;
import im.thingle.signaling.port.CallService;
import im.thingle.signaling.port.CallService.Kind;
import im.thingle.signaling.port.CallServicesPort;
import im.thingle.signaling.port.ChannelOutcome;
import im.thingle.signaling.port.ChannelOutcome.Reason;
import im.thingle.signaling.port.ChannelRequest;
import im.thingle.signaling.stanza.Admission;
import im.thingle.signaling.stanza.StanzaError;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples of XEP-0278 §4 and §6, asked of a component; then what it refuses. */
class RelayNodesTest {
    private static final String SERVICES = "http://jabber.org/protocol/jinglenodes";
    private static final String CHANNEL = "http://jabber.org/protocol/jinglenodes#channel";
    private static final String TURN = "http://jabber.org/protocol/jinglenodes#turncredentials";
    private static final String ROMEO = "romeo@montague.lit/orchard";
    private static final String ASK = "<channel xmlns='" + CHANNEL + "' protocol='udp'/>";

    private final List<ChannelRequest> requests = new ArrayList<>();
    private final List<Consumer<ChannelOutcome>> waiting = new ArrayList<>();
    private List<CallService> others = List.of();
    private int perMinute;
    private long nanos;

    @Test
    void listsTheRelayWithStunAndTurnBesideIt() {
        others = List.of(
                new CallService(Kind.TURN, "stun.capulet.lit", 3478, "udp"),
                new CallService(Kind.TURNS, "stun.capulet.lit", 5349, "tcp"),
                new CallService(Kind.STUN, "200.111.111.111", 3857, "udp"));

        assertThat(ask(ROMEO, "<services xmlns='" + SERVICES + "'/>").text()).isEqualTo("""
                <iq type='result' id='uw72g176' from='relay.montague.lit' to='romeo@montague.lit/orchard'>\
                <services xmlns='http://jabber.org/protocol/jinglenodes'>\
                <relay policy='public' address='relay.montague.lit' protocol='udp'/>\
                <stun policy='public' address='200.111.111.111' port='3857' protocol='udp'/>\
                <turn policy='public' address='stun.capulet.lit' port='3478' protocol='udp'/>\
                </services></iq>""");
    }

    @Test
    void answersAChannelRequestWithHostAndPorts() {
        RecordingReply reply = ask(ROMEO, ASK);

        assertThat(requests).containsExactly(new ChannelRequest("romeo@montague.lit", "romeo@montague.lit/orchard"));
        assertThat(reply.text()).as("not yet").isNull();
        waiting.getFirst().accept(new ChannelOutcome.Opened("el0747fg11", "200.20.2.10", 35800, 35802, 120, 60));
        assertThat(reply.text()).isEqualTo("""
                <iq type='result' id='uw72g176' from='relay.montague.lit' to='romeo@montague.lit/orchard'>\
                <channel xmlns='http://jabber.org/protocol/jinglenodes#channel' component='1' id='el0747fg11'\
                 host='200.20.2.10' localport='35800' remoteport='35802' protocol='udp' maxkbps='120' expire='60'/>\
                </iq>""");
    }

    @Test
    void leavesOutTheRateWhereThereIsNoLimit() {
        RecordingReply reply = ask(ROMEO, ASK);

        waiting.getFirst().accept(new ChannelOutcome.Opened("x", "2001:db8::7", 50000, 50002, 0, 60));

        assertThat(reply.text()).contains("host='2001:db8::7'").doesNotContain("maxkbps");
    }

    @Test
    void takesAProtocolThatIsNotSaidForUdp() {
        ask(ROMEO, "<channel xmlns='" + CHANNEL + "'/>");

        assertThat(requests).hasSize(1);
    }

    @Test
    void countsByThePreparedBareJid() {
        ask("Romeo@Montague.LIT/Orchard", ASK);

        assertThat(requests).containsExactly(new ChannelRequest("romeo@montague.lit", "romeo@montague.lit/Orchard"));
    }

    @Test
    void handsOutTheCredentialsOfTheBestTurnService() {
        others = List.of(
                new CallService(Kind.STUN, "200.20.2.10", 1984, "udp"),
                new CallService(Kind.TURN, "200.20.2.10", 1984, "udp"),
                new CallService(Kind.TURN, "2001:db8::7", 1984, "udp"),
                new CallService(Kind.TURN, "2001:db8::7", 1984, "tcp"));

        assertThat(ask(ROMEO, "<turn xmlns='" + TURN + "' protocol='udp'/>").text()).isEqualTo("""
                <iq type='result' id='uw72g176' from='relay.montague.lit' to='romeo@montague.lit/orchard'>\
                <turn xmlns='http://jabber.org/protocol/jinglenodes#turncredentials' ttl='60000'\
                 uri='turn:200.20.2.10:1984?transport=udp' username='of romeo@montague.lit'\
                 password='1Dj9XZ5fwvKS6YoQZOoORcFnXaI='/></iq>""");
        assertThat(ask(ROMEO, "<turn xmlns='" + TURN + "' protocol='tcp'/>").text())
                .contains("uri='turn:[2001:db8::7]:1984?transport=tcp'");
        assertThat(ask(ROMEO, "<turn xmlns='" + TURN + "'/>").text())
                .contains("uri='turn:200.20.2.10:1984?transport=udp'");
    }

    @ParameterizedTest
    @CsvSource({"sctp, BAD_REQUEST", "'', BAD_REQUEST", "tcp, ITEM_NOT_FOUND", "udp, ITEM_NOT_FOUND"})
    void handsOutNoCredentialsOfWhatIsNotThere(String protocol, StanzaError condition) {
        others = List.of(new CallService(Kind.STUN, "200.20.2.10", 1984, "udp"));

        assertThat(ask(ROMEO, "<turn xmlns='" + TURN + "' protocol='" + protocol + "'/>").condition())
                .isEqualTo(condition);
    }

    @Test
    void hasFeaturesForWhatItDoes() {
        assertThat(service(Optional.of(calls())).features()).containsExactly(SERVICES, CHANNEL, TURN);
        assertThat(service(Optional.empty()).features()).containsExactly(SERVICES, CHANNEL);
    }

    @ParameterizedTest
    @ValueSource(strings = {ASK, "<services xmlns='" + SERVICES + "'/>", "<turn xmlns='" + TURN + "' protocol='udp'/>"})
    void answersForbiddenToWhoMayNot(String request) {
        assertThat(ask("tybalt@capulet.lit/x", request).text()).contains("<error type='auth'><forbidden ");
        assertThat(requests).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "<channel xmlns='http://jabber.org/protocol/jinglenodes#channel' protocol='tcp'/> | FEATURE_NOT_IMPLEMENTED",
        "<channel xmlns='http://jabber.org/protocol/jinglenodes#channel' protocol='UDP'/> | BAD_REQUEST",
        "<channel xmlns='http://jabber.org/protocol/jinglenodes#channel' protocol=''/> | BAD_REQUEST",
        "<channel xmlns='http://jabber.org/protocol/jinglenodes#channel' protocol='udp'><x xmlns='y'/></channel> |"
                + " BAD_REQUEST",
        "<channel xmlns='http://jabber.org/protocol/jinglenodes#channel' protocol='udp'>two</channel> | BAD_REQUEST"
    })
    void refusesWhatIsMalformedOrNotServed(String request, StanzaError condition) {
        assertThat(ask(ROMEO, request).condition()).isEqualTo(condition);
        assertThat(requests).isEmpty();
    }

    @Test
    void refusesAMalformedSender() {
        assertThat(ask("@montague.lit", ASK).condition()).isEqualTo(StanzaError.JID_MALFORMED);
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void answersEachRefusalSoThatTheClientKnowsWhetherToComeAgain(Reason reason) {
        RecordingReply reply = ask(ROMEO, ASK);

        waiting.getFirst().accept(new ChannelOutcome.Refused(reason));

        assertThat(reply.text()).contains(reason == Reason.FAILED
                ? "<error type='cancel'><internal-server-error " : "<error type='wait'><resource-constraint ");
    }

    @Test
    void letsNobodyFloodIt() {
        perMinute = 2;
        RecordedRoutes routes = RecordedRoutes.of(service(Optional.of(calls())));

        assertThat(ask(routes, ROMEO, ASK).condition()).isNull();
        assertThat(ask(routes, ROMEO, "<services xmlns='" + SERVICES + "'/>").condition()).isNull();
        assertThat(ask(routes, "romeo@montague.lit/balcony", ASK).condition())
                .isEqualTo(StanzaError.RESOURCE_CONSTRAINT);
        assertThat(ask(routes, "benvolio@montague.lit/x", ASK).condition()).isNull();
        nanos += 30_000_000_000L;
        assertThat(ask(routes, ROMEO, ASK).condition()).isNull();
        assertThat(requests).hasSize(3);
    }

    private RecordingReply ask(String from, String payload) {
        return ask(RecordedRoutes.of(service(Optional.of(calls()))), from, payload);
    }

    private static RecordingReply ask(RecordedRoutes routes, String from, String payload) {
        return routes.ask(
                "<iq type='get' id='uw72g176' from='" + from + "' to='relay.montague.lit'>" + payload + "</iq>");
    }

    private RelayNodes service(Optional<CallServicesPort> calls) {
        Admission admission = new Admission(
                (jid, component) -> jid.endsWith("@montague.lit"), "relay.montague.lit", perMinute, () -> nanos);
        return new RelayNodes(this::open, calls, admission, () -> Instant.EPOCH);
    }

    private void open(ChannelRequest request, Consumer<ChannelOutcome> whenDone) {
        requests.add(request);
        waiting.add(whenDone);
    }

    private CallServicesPort calls() {
        return new CallServicesPort() {
            @Override
            public List<CallService> services() {
                return others;
            }

            @Override
            public CallCredential credential(String account) {
                return new CallCredential("of " + account, "1Dj9XZ5fwvKS6YoQZOoORcFnXaI=",
                        Instant.ofEpochSecond(60_000));
            }
        };
    }
}
