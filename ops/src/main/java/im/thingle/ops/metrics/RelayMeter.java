// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.metrics;

import im.thingle.relay.account.CloseReason;
import im.thingle.relay.account.Refusal;
import im.thingle.relay.account.RelayEvents;
import im.thingle.relay.account.RelayGauges;
import im.thingle.relay.account.StreamReport;
import io.prometheus.client.Collector;
import io.prometheus.client.Counter;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** Counts what happens on the data plane. Safe from any thread. */
public final class RelayMeter implements RelayEvents {
    private final Metrics metrics;
    private final Counter started;
    private final Counter ended;
    private final Counter refused;
    private final Counter unparked;

    public RelayMeter(Metrics metrics) {
        this.metrics = metrics;
        var reasons = Arrays.stream(CloseReason.values()).map(CloseReason::word).toArray(String[]::new);
        started = metrics.register(Metrics.STREAMS_STARTED);
        ended = metrics.register(Metrics.STREAMS_ENDED, reasons);
        refused = metrics.register(
                Metrics.REFUSED, Arrays.stream(Refusal.values()).map(Refusal::word).toArray(String[]::new));
        unparked = metrics.register(Metrics.UNPARKED, reasons);
    }

    /** Serves the relay's own sums; {@code gauges} is asked once per scrape. */
    public void serve(Supplier<RelayGauges> gauges) {
        new Sums(gauges).register(metrics.registry());
    }

    @Override
    public void started(String hash, String requester, String target) {
        started.inc();
    }

    @Override
    public void stopped(StreamReport report) {
        ended.labels(report.reason().word()).inc();
    }

    @Override
    public void refusedSocket(Refusal why, InetSocketAddress peer, String detail) {
        refused.labels(why.word()).inc();
    }

    @Override
    public void refusedActivation(Refusal why, String requester, String target, String detail) {
        refused.labels(why.word()).inc();
    }

    @Override
    public void unparked(CloseReason why, InetSocketAddress peer) {
        unparked.labels(why.word()).inc();
    }

    @Override
    public void bug(String where, Throwable fault) {
        metrics.bugs().inc();
    }

    private static final class Sums extends Collector {
        private final Supplier<RelayGauges> gauges;

        private Sums(Supplier<RelayGauges> gauges) {
            this.gauges = gauges;
        }

        @Override
        public List<MetricFamilySamples> collect() {
            var now = gauges.get();
            return List.of(
                    Metrics.sample(Metrics.STREAMS_ACTIVE, now.active()),
                    Metrics.sample(Metrics.STREAMS_PARKED, now.parked()),
                    Metrics.sample(Metrics.STREAMS_HANDSHAKING, now.handshaking()),
                    Metrics.sample(Metrics.PIPES, now.pipes()),
                    Metrics.sample(Metrics.BYTES_RELAYED, now.bytesRelayed()));
        }
    }
}
