// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.relay.account.CloseReason;
import im.thingle.relay.account.Refusal;
import im.thingle.relay.account.RelayGauges;
import im.thingle.relay.account.StreamReport;
import im.thingle.relay.media.CallEnd;
import im.thingle.relay.media.CallGauges;
import im.thingle.relay.media.CallOwner;
import im.thingle.relay.media.CallRefusal;
import im.thingle.relay.media.CallReport;
import im.thingle.relay.media.ChannelEnd;
import im.thingle.relay.media.ChannelGauges;
import im.thingle.relay.media.ChannelOwner;
import im.thingle.relay.media.ChannelRefusal;
import im.thingle.relay.media.ChannelReport;
import im.thingle.relay.turn.StreamRefusal;
import im.thingle.relay.turn.TurnGauges;
import im.thingle.signaling.port.BrokeredSession;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.turn.AllocationEnd;
import im.thingle.stun.turn.AllocationReport;
import im.thingle.stun.turn.ClientTransport;
import im.thingle.stun.turn.FiveTuple;
import im.thingle.stun.turn.TurnRefusal;
import io.prometheus.client.Collector;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private static final TurnGauges TURN = new TurnGauges(1, 2, 3, 12, 4, 5, 6, 7, 8, 9, 13, 14, 15, 16, 10, 11);

    private final Metrics metrics = new Metrics("1.2.3", () -> 3);
    private final RelayMeter relay = new RelayMeter(metrics);
    private final TurnMeter turn = new TurnMeter(metrics);
    private final ChannelMeter channels = new ChannelMeter(metrics);
    private final MediaMeter media = new MediaMeter(metrics);
    private final GatewayMeter gateway = new GatewayMeter(metrics);
    private final LinkMeter links = new LinkMeter(metrics, List.of("proxy.example.org"));

    private Double value(String name, String... labelAndWord) {
        return labelAndWord.length == 0
                ? metrics.registry().getSampleValue(name)
                : metrics.registry().getSampleValue(name, new String[] {labelAndWord[0]},
                        new String[] {labelAndWord[1]});
    }

    @Test
    void countsStreamsByReason() {
        relay.started("00", "a@b/c", "d@e");
        relay.stopped(new StreamReport("00", "a@b/c", "d@e", "", null, null, 1, 2, 3, CloseReason.IDLE));

        assertThat(value("thingle_streams_started_total")).isEqualTo(1);
        assertThat(value("thingle_streams_ended_total", "reason", "idle")).isEqualTo(1);
        assertThat(value("thingle_streams_ended_total", "reason", "completed")).isZero();
    }

    @Test
    void countsRefusalsOfSocketsAndActivationsTogether() {
        relay.refusedSocket(Refusal.DRAINING, new InetSocketAddress("127.0.0.1", 1), "");
        relay.refusedActivation(Refusal.DRAINING, "a@b/c", "d@e", "");
        relay.unparked(CloseReason.LEFT, new InetSocketAddress("127.0.0.1", 1));
        relay.bug("pump", new IllegalStateException());

        assertThat(value("thingle_refused_total", "reason", "draining")).isEqualTo(2);
        assertThat(value("thingle_unparked_total", "reason", "left")).isEqualTo(1);
        assertThat(value("thingle_bugs_total")).isEqualTo(1);
    }

    @Test
    void asksTheRelayForItsSumsAtEachScrape() {
        relay.serve(() -> new RelayGauges(1, 2, 3, 4, 5));

        assertThat(value("thingle_streams_handshaking")).isEqualTo(1);
        assertThat(value("thingle_streams_parked")).isEqualTo(2);
        assertThat(value("thingle_streams_active")).isEqualTo(3);
        assertThat(value("thingle_bytes_relayed_total")).isEqualTo(4);
        assertThat(value("thingle_pipes")).isEqualTo(5);
        assertThat(value("thingle_log_lines_dropped_total")).isEqualTo(3);
    }

    @Test
    void countsWhatTheTurnServerRefusesAndEnds() {
        var address = TransportAddress.of(new byte[] {127, 0, 0, 1}, 1);
        var client = new FiveTuple(ClientTransport.TLS, address, address);
        turn.refused(TurnRefusal.PEER_FORBIDDEN, client, "juliet", address, "loopback");
        turn.refusedStream(StreamRefusal.NOT_STUN, null, "");
        turn.ended(new AllocationReport(
                7, client, "1:juliet", "juliet", address, null, false, 1, 2, 3, 4, 5, 6, AllocationEnd.EXPIRED));
        turn.bug("relay", new IllegalStateException());

        assertThat(value("thingle_turn_refused_total", "reason", "peer-forbidden")).isEqualTo(1);
        assertThat(value("thingle_turn_streams_refused_total", "reason", "not-stun")).isEqualTo(1);
        assertThat(value("thingle_turn_allocations_ended_total", "reason", "expired")).isEqualTo(1);
        assertThat(value("thingle_turn_allocations_ended_total", "reason", "deleted")).isZero();
        assertThat(value("thingle_turn_allocations_started_total", "transport", "tls")).isZero();
        assertThat(value("thingle_bugs_total")).isEqualTo(1);
    }

    @Test
    void asksTheTurnServerForItsSumsAtEachScrape() {
        turn.serve(() -> TURN);

        assertThat(value("thingle_turn_allocations")).isEqualTo(1);
        assertThat(value("thingle_turn_streams")).isEqualTo(2);
        assertThat(value("thingle_turn_dtls")).isEqualTo(3);
        assertThat(value("thingle_turn_dtls_handshakes")).isEqualTo(12);
        assertThat(value("thingle_turn_bindings_total")).isEqualTo(15);
        assertThat(value("thingle_turn_early_checks_total")).isEqualTo(16);
        assertThat(value("thingle_turn_send_errors_total", "reason", "buffer-full")).isEqualTo(13);
        assertThat(value("thingle_turn_send_errors_total", "reason", "refused")).isEqualTo(14);
        assertThat(value("thingle_turn_peer_connections")).isEqualTo(4);
        assertThat(value("thingle_turn_bytes_total", "direction", "to-peers")).isEqualTo(5);
        assertThat(value("thingle_turn_packets_total", "direction", "to-peers")).isEqualTo(6);
        assertThat(value("thingle_turn_bytes_total", "direction", "to-clients")).isEqualTo(7);
        assertThat(value("thingle_turn_packets_total", "direction", "to-clients")).isEqualTo(8);
        assertThat(value("thingle_turn_packets_dropped_total")).isEqualTo(9);
        assertThat(value("thingle_turn_malformed_total")).isEqualTo(10);
        assertThat(value("thingle_turn_relay_ports")).isEqualTo(11);
    }

    @Test
    void countsChannels() {
        var owner = new ChannelOwner("a@b", "a@b/c");
        channels.serve(() -> new ChannelGauges(1, 2, 3, 4));
        var report = new ChannelReport("id", owner, null, null, null, null, 1, 2, 3, 4, 5, 6, ChannelEnd.BYTES_PER_DAY);
        channels.opened(report);
        channels.closed(report);
        channels.refused(ChannelRefusal.PORTS_EXHAUSTED, owner);

        assertThat(value("thingle_channels")).isEqualTo(1);
        assertThat(value("thingle_channels_bytes_total")).isEqualTo(2);
        assertThat(value("thingle_channels_packets_total")).isEqualTo(3);
        assertThat(value("thingle_channels_packets_dropped_total")).isEqualTo(4);
        assertThat(value("thingle_channels_opened_total")).isEqualTo(1);
        assertThat(value("thingle_channels_ended_total", "reason", "bytes-per-day")).isEqualTo(1);
        assertThat(value("thingle_channels_ended_total", "reason", "idle")).isZero();
        assertThat(value("thingle_channels_refused_total", "reason", "ports-exhausted")).isEqualTo(1);
    }

    @Test
    void countsBrokeredSessions() {
        var file = new BrokeredSession("1", "s", "a@b/c", "d@e/f", "file");
        var call = new BrokeredSession("2", "s", "a@b/c", "d@e/f", "call");
        gateway.serve(() -> 3);
        gateway.started(file, () -> {});
        gateway.started(call, () -> {});
        gateway.carries(file, "socks5", "in-band");
        gateway.carries(file, "socks5", "made-up");
        gateway.ended(file, "success", "", 100);
        gateway.bug("broker", new IllegalStateException());

        assertThat(value("thingle_gateway_sessions", "kind", "file")).isZero();
        assertThat(value("thingle_gateway_sessions", "kind", "call")).isEqualTo(1);
        assertThat(value("thingle_gateway_sessions_started_total", "kind", "file")).isEqualTo(1);
        assertThat(value("thingle_gateway_sessions_ended_total", "reason", "success")).isEqualTo(1);
        assertThat(value("thingle_gateway_sessions_ended_total", "reason", "gone")).isZero();
        assertThat(value("thingle_gateway_transports_total", "transports", "socks5+in-band")).isEqualTo(1);
        assertThat(value("thingle_gateway_transports_total", "transports", "socks5+other")).isEqualTo(1);
        assertThat(value("thingle_gateway_bytes_total", "kind", "file")).isEqualTo(100);
        assertThat(value("thingle_gateway_contacts")).isEqualTo(3);
        assertThat(value("thingle_bugs_total")).isEqualTo(1);
    }

    @Test
    void countsBrokeredCalls() {
        var owner = new CallOwner("a@b", "a@b/c", "d@e/f", "1");
        var report = new CallReport("7", owner, null, null, 1, 2, 3, 4, 5, 6, CallEnd.CONSENT_LOST);
        media.serve(() -> new CallGauges(1, 2, 3, 4));
        media.opened(report);
        media.connected(report);
        media.closed(report);
        media.refused(CallRefusal.PORTS_EXHAUSTED, owner);

        assertThat(value("thingle_gateway_calls")).isEqualTo(1);
        assertThat(value("thingle_gateway_calls_bytes_total")).isEqualTo(2);
        assertThat(value("thingle_gateway_calls_packets_total")).isEqualTo(3);
        assertThat(value("thingle_gateway_calls_packets_dropped_total")).isEqualTo(4);
        assertThat(value("thingle_gateway_calls_connected_total")).isEqualTo(1);
        assertThat(value("thingle_gateway_calls_ended_total", "reason", "consent-lost")).isEqualTo(1);
        assertThat(value("thingle_gateway_calls_refused_total", "reason", "ports-exhausted")).isEqualTo(1);
    }

    @Test
    void takesOnlyReasonsOfTheStandardAsLabels() {
        gateway.ended(new BrokeredSession("1", "s", "a@b/c", "d@e/f", "file"), "made-up-by-a-stranger", "", 0);

        assertThat(value("thingle_gateway_sessions_ended_total", "reason", "other")).isEqualTo(1);
        assertThat(value("thingle_gateway_sessions_ended_total", "reason", "made-up-by-a-stranger")).isNull();
    }

    @Test
    void followsTheLinks() {
        assertThat(value("thingle_xmpp_up", "component", "proxy.example.org")).isZero();

        links.linkUp("proxy.example.org", "s");

        assertThat(value("thingle_xmpp_up", "component", "proxy.example.org")).isEqualTo(1);
        assertThat(value("thingle_xmpp_reconnects_total")).isZero();

        links.linkDown("proxy.example.org", "s", "gone", "", 1);
        assertThat(value("thingle_xmpp_up", "component", "proxy.example.org")).isZero();

        links.linkUp("proxy.example.org", "s");
        assertThat(value("thingle_xmpp_reconnects_total")).isEqualTo(1);
    }

    @Test
    void takesOnlyErrorConditionsOfTheStandardAsLabels() {
        links.refused("x", "forbidden", "a@b", "");
        links.refused("x", "made-up-by-a-stranger", "a@b", "");

        assertThat(value("thingle_iq_refused_total", "condition", "forbidden")).isEqualTo(1);
        assertThat(value("thingle_iq_refused_total", "condition", "undefined-condition")).isEqualTo(1);
        assertThat(value("thingle_iq_refused_total", "condition", "made-up-by-a-stranger")).isNull();
    }

    @Test
    void countsRefusedMessagesAndPresence() {
        links.turnedAway("gateway", "message", "forbidden", "a@b", "c@d", "");
        links.turnedAway("gateway", "presence", "made-up-by-a-stranger", "a@b", "c@d", "");

        String[] labels = {"kind", "condition"};
        assertThat(metrics.registry().getSampleValue("thingle_stanzas_refused_total", labels,
                new String[] {"message", "forbidden"})).isEqualTo(1);
        assertThat(metrics.registry().getSampleValue("thingle_stanzas_refused_total", labels,
                new String[] {"presence", "undefined-condition"})).isEqualTo(1);
    }

    @Test
    void countsTheFaultsOfTheLinks() {
        links.bug("command", new IllegalStateException());

        assertThat(value("thingle_bugs_total")).isEqualTo(1);
    }

    @Test
    void boundsTheWordsOfAnsweredIqs() {
        for (var word = 0; word < 1000; word++) {
            links.answered("word-" + word);
        }

        assertThat(value("thingle_iq_answered_total", "what", "other")).isEqualTo(950);
    }

    @Test
    void tellsItsVersionAndHowTheProcessIs() {
        assertThat(value("thingle_build_info", "version", "1.2.3")).isEqualTo(1);
        assertThat(value("process_cpu_seconds_total")).isPositive();
    }

    @Test
    void exportsExactlyWhatIsListed() {
        relay.serve(() -> new RelayGauges(0, 0, 0, 0, 0));
        turn.serve(() -> TURN);
        channels.serve(() -> new ChannelGauges(0, 0, 0, 0));
        gateway.serve(() -> 0);
        media.serve(() -> new CallGauges(0, 0, 0, 0));
        links.answered("ping");
        links.refused("ping", "forbidden", "a@b", "");

        var exported = Collections.list(metrics.registry().metricFamilySamples()).stream()
                .filter(family -> family.name.startsWith("thingle"))
                .map(family -> family.name + suffix(family.type) + ": " + family.help)
                .sorted()
                .toList();

        assertThat(exported).isEqualTo(
                Metrics.ALL.stream().map(metric -> metric.name() + ": " + metric.help()).sorted().toList());
    }

    private static String suffix(Collector.Type type) {
        return switch (type) {
            case COUNTER -> "_total";
            case INFO -> "_info";
            default -> "";
        };
    }
}
