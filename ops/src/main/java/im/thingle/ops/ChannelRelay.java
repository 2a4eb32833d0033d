// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops;

import im.thingle.ops.config.Settings;
import im.thingle.ops.log.ChannelLog;
import im.thingle.ops.metrics.ChannelMeter;
import im.thingle.ops.metrics.Metrics;
import im.thingle.ops.wiring.ChannelFanOut;
import im.thingle.ops.wiring.RelaySites;
import im.thingle.relay.account.Accounts;
import im.thingle.relay.media.ChannelCommands;
import im.thingle.relay.media.ChannelEvents;
import im.thingle.relay.media.ChannelService;
import im.thingle.relay.media.ChannelSettings;
import im.thingle.relay.net.EventLoops;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The channels of Jingle Relay Nodes as a part of the process, with their log and counters. Safe from any thread. */
final class ChannelRelay implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("thingle.channels");

    private final ChannelService service;

    private ChannelRelay(ChannelService service) {
        this.service = service;
    }

    /**
     * Starts it if the operator wants it and this machine has an address to relay at.
     *
     * @param listener hears of channels after log and counters
     */
    static Optional<ChannelRelay> start(Settings settings, RelaySites sites, EventLoops loops, Accounts accounts,
            Metrics metrics, ChannelEvents listener) {
        var wanted = settings.relayNodes();
        if (!wanted.enabled()) {
            return Optional.empty();
        }
        try {
            var found = sites.find();
            var meter = new ChannelMeter(metrics);
            var log = new ChannelLog(settings.log().addresses(), System::nanoTime);
            var service = ChannelService.start(
                    new ChannelSettings(found.ports(), found.peers(), wanted.channelsPerJid(), wanted.channels(),
                            wanted.idleTimeout(), wanted.kbpsPerChannel(), settings.turn().times().coalesce()),
                    loops, accounts, new ChannelFanOut(meter, log, listener));
            meter.serve(service::gauges);
            return Optional.of(new ChannelRelay(service));
        } catch (IOException nowhere) {
            LOG.warn("clients get no channels, because {}; write thingle.relay-nodes.enabled = off if that is right",
                    nowhere.getMessage());
            return Optional.empty();
        }
    }

    ChannelCommands commands() {
        return service.commands();
    }

    /** Channels now. */
    long active() {
        return service.gauges().channels();
    }

    /** Lets channels go on until the deadline; completes with how many were cut. */
    CompletableFuture<Integer> drain(Duration deadline) {
        return service.drain(deadline);
    }

    @Override
    public void close() {
        service.close();
    }
}
