// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.metrics;

import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.Gauge;
import io.prometheus.client.GaugeMetricFamily;
import io.prometheus.client.Info;
import io.prometheus.client.hotspot.DefaultExports;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Every metric of Thingle with its help text, in one place. Labels take words from fixed lists only, never names or
 * addresses of clients. Safe from any thread.
 */
public final class Metrics {
    /** What a metric is; the documentation is written from these. Immutable. */
    record Description(String name, Collector.Type type, String help, List<String> labels) {}

    // summed over all event loops when somebody asks
    static final Description STREAMS_ACTIVE = gauge("thingle_streams_active", "Activated bytestreams now.");
    static final Description STREAMS_PARKED =
            gauge("thingle_streams_parked", "Sockets that wait for their twin or for activation now.");
    static final Description STREAMS_HANDSHAKING =
            gauge("thingle_streams_handshaking", "Sockets whose SOCKS5 handshake is under way now.");
    static final Description PIPES =
            gauge("thingle_pipes", "Kernel pipes that exist for splicing, in use and pooled.");
    static final Description BYTES_RELAYED =
            counter("thingle_bytes_relayed_total", "Bytes carried between clients, both directions together.");

    // counted as they happen
    static final Description STREAMS_STARTED = counter("thingle_streams_started_total", "Bytestreams activated.");
    static final Description STREAMS_ENDED =
            counter("thingle_streams_ended_total", "Activated bytestreams that ended, by reason.", "reason");
    static final Description REFUSED =
            counter("thingle_refused_total", "Sockets and activations turned away, by reason.", "reason");
    static final Description UNPARKED = counter(
            "thingle_unparked_total", "Waiting sockets that closed without ever being activated, by reason.", "reason");
    static final Description TURN_ALLOCATIONS = gauge("thingle_turn_allocations", "TURN allocations now.");
    static final Description TURN_STREAMS =
            gauge("thingle_turn_streams", "TCP and TLS connections of TURN clients now.");
    static final Description TURN_DTLS =
            gauge("thingle_turn_dtls", "DTLS associations of TURN clients now, half-open ones among them.");
    static final Description TURN_DTLS_HANDSHAKES =
            gauge("thingle_turn_dtls_handshakes", "DTLS handshakes of TURN clients under way now, after the cookie.");
    static final Description TURN_PEER_CONNECTIONS =
            gauge("thingle_turn_peer_connections", "TCP connections with peers of TURN clients (RFC 6062) now.");
    static final Description TURN_RELAY_PORTS =
            gauge("thingle_turn_relay_ports", "Ports of all relayed addresses that calls and channels have now.");
    static final Description TURN_BYTES = counter("thingle_turn_bytes_total",
            "Bytes relayed for TURN clients without any headers, by direction.", "direction");
    static final Description TURN_PACKETS = counter("thingle_turn_packets_total",
            "Packets relayed for TURN clients, by direction.", "direction");
    static final Description TURN_DROPPED = counter("thingle_turn_packets_dropped_total",
            "Packets that were not relayed: no permission, over a rate, a client too slow, an error on sending.");
    static final Description TURN_BINDINGS =
            counter("thingle_turn_bindings_total", "STUN Binding requests answered with the client's address.");
    static final Description TURN_EARLY_CHECKS = counter("thingle_turn_early_checks_total",
            "Connectivity checks that came before their permission and went on after it.");
    static final Description TURN_SEND_ERRORS = counter("thingle_turn_send_errors_total",
            "Datagrams that the kernel did not take: its buffer stayed full, or another reason.", "reason");
    static final Description TURN_MALFORMED = counter("thingle_turn_malformed_total",
            "Packets and frames on TURN ports that were neither STUN nor channel data.");
    static final Description TURN_STARTED = counter(
            "thingle_turn_allocations_started_total", "TURN allocations made, by the client's transport.", "transport");
    static final Description TURN_ENDED =
            counter("thingle_turn_allocations_ended_total", "TURN allocations that ended, by reason.", "reason");
    static final Description TURN_REFUSED = counter("thingle_turn_refused_total",
            "TURN requests refused or ignored, by reason; unauthenticated is how every client begins.", "reason");
    static final Description TURN_STREAMS_REFUSED = counter("thingle_turn_streams_refused_total",
            "TCP and TLS connections of TURN clients turned away, by reason.", "reason");
    static final Description CHANNELS_ACTIVE =
            gauge("thingle_channels", "UDP channels of Jingle Relay Nodes (XEP-0278) now.");
    static final Description CHANNELS_OPENED = counter("thingle_channels_opened_total", "UDP channels opened.");
    static final Description CHANNELS_ENDED =
            counter("thingle_channels_ended_total", "UDP channels that ended, by reason.", "reason");
    static final Description CHANNELS_REFUSED =
            counter("thingle_channels_refused_total", "UDP channels asked for in vain, by reason.", "reason");
    static final Description CHANNELS_BYTES = counter(
            "thingle_channels_bytes_total", "Bytes carried by UDP channels, both directions together.");
    static final Description CHANNELS_PACKETS =
            counter("thingle_channels_packets_total", "Packets carried by UDP channels, both directions together.");
    static final Description CHANNELS_DROPPED = counter("thingle_channels_packets_dropped_total",
            "Packets at UDP channels that were not carried: from strangers, over a rate, to nobody yet, not sent.");
    static final Description GATEWAY_SESSIONS =
            gauge("thingle_gateway_sessions", "Jingle sessions brokered between two parties now.", "kind");
    static final Description GATEWAY_STARTED =
            counter("thingle_gateway_sessions_started_total", "Brokered Jingle sessions begun.", "kind");
    static final Description GATEWAY_ENDED = counter("thingle_gateway_sessions_ended_total",
            "Brokered Jingle sessions that ended, by the reason that both parties were told.", "reason");
    static final Description GATEWAY_TRANSPORTS = counter("thingle_gateway_transports_total",
            "How often bytes of a brokered session began to flow, by what the initiator and the responder use.",
            "transports");
    static final Description GATEWAY_BYTES = counter("thingle_gateway_bytes_total",
            "Bytes carried by brokered sessions, both directions together, counted when each ends.", "kind");
    static final Description GATEWAY_CONTACTS =
            gauge("thingle_gateway_contacts", "Pairs of users that know each other through the gateway.");
    static final Description MEDIA_ACTIVE =
            gauge("thingle_gateway_calls", "Pairs of ICE legs of brokered calls now.");
    static final Description MEDIA_CONNECTED =
            counter("thingle_gateway_calls_connected_total", "Brokered calls both of whose parties ICE has reached.");
    static final Description MEDIA_ENDED =
            counter("thingle_gateway_calls_ended_total", "Brokered calls whose media ended, by reason.", "reason");
    static final Description MEDIA_REFUSED =
            counter("thingle_gateway_calls_refused_total", "Brokered calls that got no ports, by reason.", "reason");
    static final Description MEDIA_BYTES = counter(
            "thingle_gateway_calls_bytes_total", "Bytes carried for brokered calls, both directions together.");
    static final Description MEDIA_PACKETS = counter(
            "thingle_gateway_calls_packets_total", "Packets carried for brokered calls, both directions together.");
    static final Description MEDIA_DROPPED = counter("thingle_gateway_calls_packets_dropped_total",
            "Packets of brokered calls that were not carried: unchecked sources, over a rate, to nobody yet, not sent.");
    static final Description XMPP_UP =
            gauge("thingle_xmpp_up", "1 while the link to the component's XMPP server is up, else 0.", "component");
    static final Description XMPP_RECONNECTS =
            counter("thingle_xmpp_reconnects_total", "Links to XMPP servers that came up again after having been up.");
    static final Description XMPP_DELEGATIONS = gauge("thingle_xmpp_delegations",
            "Namespaces whose questions the component's XMPP server passes on to it now (XEP-0355).", "component");
    static final Description CREDENTIALS_ISSUED = counter("thingle_credentials_issued_total",
            "Time-limited credentials for calls given to XMPP accounts, those pushed to them among them (XEP-0215).");
    static final Description IQ_ANSWERED = counter(
            "thingle_iq_answered_total", "IQ requests answered with a result, by what was asked.", "what");
    static final Description IQ_REFUSED = counter(
            "thingle_iq_refused_total", "IQ requests answered with an error, by stanza error condition.", "condition");
    static final Description STANZAS_REFUSED = counter("thingle_stanzas_refused_total",
            "Messages and presence answered with an error, by kind and stanza error condition.", "kind", "condition");
    static final Description BUGS =
            counter("thingle_bugs_total", "Faults of Thingle's own; each has a stack trace in the log. Please report.");
    static final Description LOG_DROPPED = counter("thingle_log_lines_dropped_total",
            "Lines of the log that were dropped because whoever reads it was too slow.");
    static final Description BUILD = new Description(
            "thingle_build_info", Collector.Type.INFO, "Always 1; says which version runs.", List.of("version"));

    /** In the order of the documentation. */
    static final List<Description> ALL = List.of(STREAMS_ACTIVE, STREAMS_PARKED, STREAMS_HANDSHAKING, STREAMS_STARTED,
            STREAMS_ENDED, BYTES_RELAYED, REFUSED, UNPARKED, PIPES, TURN_ALLOCATIONS, TURN_STARTED,
            TURN_ENDED, TURN_BYTES, TURN_PACKETS, TURN_DROPPED, TURN_REFUSED, TURN_STREAMS_REFUSED, TURN_MALFORMED,
            TURN_SEND_ERRORS, TURN_BINDINGS, TURN_EARLY_CHECKS, TURN_STREAMS, TURN_DTLS, TURN_DTLS_HANDSHAKES,
            TURN_PEER_CONNECTIONS, TURN_RELAY_PORTS, CHANNELS_ACTIVE, CHANNELS_OPENED, CHANNELS_ENDED, CHANNELS_REFUSED, CHANNELS_BYTES,
            CHANNELS_PACKETS, CHANNELS_DROPPED, GATEWAY_SESSIONS, GATEWAY_STARTED, GATEWAY_ENDED, GATEWAY_TRANSPORTS,
            GATEWAY_BYTES, GATEWAY_CONTACTS, MEDIA_ACTIVE, MEDIA_CONNECTED, MEDIA_ENDED, MEDIA_REFUSED, MEDIA_BYTES,
            MEDIA_PACKETS, MEDIA_DROPPED, XMPP_UP, XMPP_RECONNECTS, XMPP_DELEGATIONS, CREDENTIALS_ISSUED,
            IQ_ANSWERED, IQ_REFUSED, STANZAS_REFUSED, LOG_DROPPED, BUGS, BUILD);

    private final CollectorRegistry registry = new CollectorRegistry();
    private final Counter bugs;

    /**
     * Registers what tells of the process itself: build, memory, descriptors, garbage collection, threads, its log.
     *
     * @param droppedLines how many lines of the log were lost until now
     */
    public Metrics(String version, LongSupplier droppedLines) {
        Info.build(BUILD.name().replace("_info", ""), BUILD.help())
                .labelNames("version")
                .register(registry)
                .labels(version);
        DefaultExports.register(registry);
        bugs = register(BUGS);
        registry.register(new Collector() {
            @Override
            public List<MetricFamilySamples> collect() {
                return List.of(sample(LOG_DROPPED, droppedLines.getAsLong()));
            }
        });
    }

    /** What {@code /metrics} serves. */
    public CollectorRegistry registry() {
        return registry;
    }

    /** Fed from everywhere. */
    Counter bugs() {
        return bugs;
    }

    Counter register(Description description, String... firstWords) {
        var counter = Counter.build(description.name(), description.help())
                .labelNames(description.labels().toArray(String[]::new))
                .register(registry);
        for (var word : firstWords) {
            counter.labels(word);
        }
        return counter;
    }

    /** A sum that somebody else keeps, as one sample. */
    static Collector.MetricFamilySamples sample(Description what, long value) {
        return what.type() == Collector.Type.COUNTER
                ? new CounterMetricFamily(what.name(), what.help(), value)
                : new GaugeMetricFamily(what.name(), what.help(), value);
    }

    Gauge registerGauge(Description description) {
        return Gauge.build(description.name(), description.help())
                .labelNames(description.labels().toArray(String[]::new))
                .register(registry);
    }

    private static Description gauge(String name, String help, String... labels) {
        return new Description(name, Collector.Type.GAUGE, help, List.of(labels));
    }

    private static Description counter(String name, String help, String... labels) {
        return new Description(name, Collector.Type.COUNTER, help, List.of(labels));
    }
}
