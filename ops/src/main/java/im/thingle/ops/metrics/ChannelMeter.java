// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.metrics;

import im.thingle.relay.media.ChannelEnd;
import im.thingle.relay.media.ChannelEvents;
import im.thingle.relay.media.ChannelGauges;
import im.thingle.relay.media.ChannelOwner;
import im.thingle.relay.media.ChannelRefusal;
import im.thingle.relay.media.ChannelReport;
import io.prometheus.client.Collector;
import io.prometheus.client.Counter;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** Counts what becomes of relay channels. Safe from any thread. */
public final class ChannelMeter implements ChannelEvents {
    private final Metrics metrics;
    private final Counter opened;
    private final Counter ended;
    private final Counter refused;

    public ChannelMeter(Metrics metrics) {
        this.metrics = metrics;
        opened = metrics.register(Metrics.CHANNELS_OPENED);
        ended = metrics.register(Metrics.CHANNELS_ENDED,
                Arrays.stream(ChannelEnd.values()).map(ChannelEnd::word).toArray(String[]::new));
        refused = metrics.register(Metrics.CHANNELS_REFUSED,
                Arrays.stream(ChannelRefusal.values()).map(ChannelRefusal::word).toArray(String[]::new));
    }

    /** Serves the relay's own sums; {@code gauges} is asked once per scrape. */
    public void serve(Supplier<ChannelGauges> gauges) {
        new Sums(gauges).register(metrics.registry());
    }

    @Override
    public void opened(ChannelReport channel) {
        opened.inc();
    }

    @Override
    public void closed(ChannelReport report) {
        ended.labels(report.reason().word()).inc();
    }

    @Override
    public void refused(ChannelRefusal why, ChannelOwner owner) {
        refused.labels(why.word()).inc();
    }

    @Override
    public void bug(String where, Throwable fault) {
        metrics.bugs().inc();
    }

    private static final class Sums extends Collector {
        private final Supplier<ChannelGauges> gauges;

        private Sums(Supplier<ChannelGauges> gauges) {
            this.gauges = gauges;
        }

        @Override
        public List<MetricFamilySamples> collect() {
            var now = gauges.get();
            return List.of(
                    Metrics.sample(Metrics.CHANNELS_ACTIVE, now.channels()),
                    Metrics.sample(Metrics.CHANNELS_BYTES, now.bytes()),
                    Metrics.sample(Metrics.CHANNELS_PACKETS, now.packets()),
                    Metrics.sample(Metrics.CHANNELS_DROPPED, now.packetsDropped()));
        }
    }
}
