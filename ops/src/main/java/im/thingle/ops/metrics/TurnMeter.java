// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.metrics;

import im.thingle.relay.turn.StreamRefusal;
import im.thingle.relay.turn.TurnEvents;
import im.thingle.relay.turn.TurnGauges;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.turn.Allocation;
import im.thingle.stun.turn.AllocationEnd;
import im.thingle.stun.turn.AllocationReport;
import im.thingle.stun.turn.ClientTransport;
import im.thingle.stun.turn.FiveTuple;
import im.thingle.stun.turn.TurnRefusal;
import io.prometheus.client.Collector;
import io.prometheus.client.Counter;
import io.prometheus.client.CounterMetricFamily;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** Counts what happens in the STUN/TURN server. Safe from any thread. */
public final class TurnMeter implements TurnEvents {
    /** Values of the label {@code direction}. */
    static final List<String> DIRECTIONS = List.of("to-peers", "to-clients");
    /** Values of the label {@code reason} of what was not sent. */
    static final List<String> SEND_ERRORS = List.of("buffer-full", "refused");

    private final Metrics metrics;
    private final Counter started;
    private final Counter ended;
    private final Map<TurnRefusal, Counter.Child> refused = new EnumMap<>(TurnRefusal.class);
    private final Counter refusedStreams;
    private final Counter issued;

    public TurnMeter(Metrics metrics) {
        this.metrics = metrics;
        started = metrics.register(Metrics.TURN_STARTED, words(ClientTransport.values(), TurnMeter::word));
        ended = metrics.register(Metrics.TURN_ENDED, words(AllocationEnd.values(), AllocationEnd::word));
        var refusals = metrics.register(Metrics.TURN_REFUSED);
        for (var each : TurnRefusal.values()) {
            refused.put(each, refusals.labels(each.word())); // looked up once: refusals come in floods
        }
        refusedStreams =
                metrics.register(Metrics.TURN_STREAMS_REFUSED, words(StreamRefusal.values(), StreamRefusal::word));
        issued = metrics.register(Metrics.CREDENTIALS_ISSUED);
    }

    private static <E> String[] words(E[] values, Function<E, String> word) {
        return Arrays.stream(values).map(word).toArray(String[]::new);
    }

    static String word(ClientTransport transport) {
        return transport.name().toLowerCase(Locale.ROOT);
    }

    /** Somebody was given credentials. */
    public void issued() {
        issued.inc();
    }

    /** Serves the server's own sums; {@code gauges} is asked once per scrape. */
    public void serve(Supplier<TurnGauges> gauges) {
        new Sums(gauges).register(metrics.registry());
    }

    @Override
    public void started(Allocation allocation) {
        started.labels(word(allocation.client().transport())).inc();
    }

    @Override
    public void ended(AllocationReport report) {
        ended.labels(report.reason().word()).inc();
    }

    @Override
    public void refused(TurnRefusal why, FiveTuple from, String username, TransportAddress peer, String rule) {
        refused.get(why).inc();
    }

    @Override
    public void refusedStream(StreamRefusal why, InetSocketAddress client, String detail) {
        refusedStreams.labels(why.word()).inc();
    }

    @Override
    public void bug(String where, Throwable fault) {
        metrics.bugs().inc();
    }

    private static final class Sums extends Collector {
        private final Supplier<TurnGauges> gauges;

        private Sums(Supplier<TurnGauges> gauges) {
            this.gauges = gauges;
        }

        @Override
        public List<MetricFamilySamples> collect() {
            var now = gauges.get();
            return List.of(
                    Metrics.sample(Metrics.TURN_ALLOCATIONS, now.allocations()),
                    Metrics.sample(Metrics.TURN_STREAMS, now.streams()),
                    Metrics.sample(Metrics.TURN_DTLS, now.dtls()),
                    Metrics.sample(Metrics.TURN_DTLS_HANDSHAKES, now.dtlsHandshakes()),
                    Metrics.sample(Metrics.TURN_BINDINGS, now.bindings()),
                    Metrics.sample(Metrics.TURN_EARLY_CHECKS, now.earlyChecks()),
                    Metrics.sample(Metrics.TURN_PEER_CONNECTIONS, now.peerConnections()),
                    Metrics.sample(Metrics.TURN_RELAY_PORTS, now.relayPortsInUse()),
                    both(Metrics.TURN_BYTES, DIRECTIONS, now.bytesToPeers(), now.bytesToClients()),
                    both(Metrics.TURN_PACKETS, DIRECTIONS, now.packetsToPeers(), now.packetsToClients()),
                    both(Metrics.TURN_SEND_ERRORS, SEND_ERRORS, now.sendBufferFull(), now.sendErrors()),
                    Metrics.sample(Metrics.TURN_DROPPED, now.packetsDropped()),
                    Metrics.sample(Metrics.TURN_MALFORMED, now.malformed()));
        }

        private static MetricFamilySamples both(
                Metrics.Description what, List<String> labels, long first, long second) {
            return new CounterMetricFamily(what.name(), what.help(), what.labels())
                    .addMetric(labels.subList(0, 1), first)
                    .addMetric(labels.subList(1, 2), second);
        }
    }
}
