// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.metrics;

import im.thingle.relay.media.CallEnd;
import im.thingle.relay.media.CallEvents;
import im.thingle.relay.media.CallGauges;
import im.thingle.relay.media.CallOwner;
import im.thingle.relay.media.CallRefusal;
import im.thingle.relay.media.CallReport;
import io.prometheus.client.Collector;
import io.prometheus.client.Counter;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** Counts what becomes of the media of brokered calls. Safe from any thread. */
public final class MediaMeter implements CallEvents {
    private final Metrics metrics;
    private final Counter connected;
    private final Counter ended;
    private final Counter refused;

    public MediaMeter(Metrics metrics) {
        this.metrics = metrics;
        connected = metrics.register(Metrics.MEDIA_CONNECTED);
        ended = metrics.register(Metrics.MEDIA_ENDED,
                Arrays.stream(CallEnd.values()).map(CallEnd::word).toArray(String[]::new));
        refused = metrics.register(Metrics.MEDIA_REFUSED,
                Arrays.stream(CallRefusal.values()).map(CallRefusal::word).toArray(String[]::new));
    }

    /** Serves the relay's own sums; {@code gauges} is asked once per scrape. */
    public void serve(Supplier<CallGauges> gauges) {
        new Sums(gauges).register(metrics.registry());
    }

    @Override
    public void opened(CallReport call) {}

    @Override
    public void connected(CallReport call) {
        connected.inc();
    }

    @Override
    public void closed(CallReport report) {
        ended.labels(report.reason().word()).inc();
    }

    @Override
    public void refused(CallRefusal why, CallOwner owner) {
        refused.labels(why.word()).inc();
    }

    @Override
    public void bug(String where, Throwable fault) {
        metrics.bugs().inc();
    }

    private static final class Sums extends Collector {
        private final Supplier<CallGauges> gauges;

        private Sums(Supplier<CallGauges> gauges) {
            this.gauges = gauges;
        }

        @Override
        public List<MetricFamilySamples> collect() {
            var now = gauges.get();
            return List.of(
                    Metrics.sample(Metrics.MEDIA_ACTIVE, now.calls()),
                    Metrics.sample(Metrics.MEDIA_BYTES, now.bytes()),
                    Metrics.sample(Metrics.MEDIA_PACKETS, now.packets()),
                    Metrics.sample(Metrics.MEDIA_DROPPED, now.packetsDropped()));
        }
    }
}
