// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.metrics;

import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import io.prometheus.client.Info;
import io.prometheus.client.hotspot.DefaultExports;
import java.util.List;

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
    static final Description XMPP_UP =
            gauge("thingle_xmpp_up", "1 while the link to the component's XMPP server is up, else 0.", "component");
    static final Description XMPP_RECONNECTS =
            counter("thingle_xmpp_reconnects_total", "Links to XMPP servers that came up again after having been up.");
    static final Description IQ_ANSWERED = counter(
            "thingle_iq_answered_total", "IQ requests answered with a result, by what was asked.", "what");
    static final Description IQ_REFUSED = counter(
            "thingle_iq_refused_total", "IQ requests answered with an error, by stanza error condition.", "condition");
    static final Description BUGS =
            counter("thingle_bugs_total", "Faults of Thingle's own; each has a stack trace in the log. Please report.");
    static final Description BUILD = new Description(
            "thingle_build_info", Collector.Type.INFO, "Always 1; says which version runs.", List.of("version"));

    /** In the order of the documentation. */
    static final List<Description> ALL = List.of(STREAMS_ACTIVE, STREAMS_PARKED, STREAMS_HANDSHAKING, STREAMS_STARTED,
            STREAMS_ENDED, BYTES_RELAYED, REFUSED, UNPARKED, PIPES, XMPP_UP, XMPP_RECONNECTS, IQ_ANSWERED, IQ_REFUSED,
            BUGS, BUILD);

    private final CollectorRegistry registry = new CollectorRegistry();

    /** Registers what tells of the process itself: build, memory, descriptors, garbage collection, threads. */
    public Metrics(String version) {
        Info.build(BUILD.name().replace("_info", ""), BUILD.help())
                .labelNames("version")
                .register(registry)
                .labels(version);
        DefaultExports.register(registry);
    }

    /** What {@code /metrics} serves. */
    public CollectorRegistry registry() {
        return registry;
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
