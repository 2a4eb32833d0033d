// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops;

import im.thingle.ops.certificate.SelfSigned;
import im.thingle.ops.config.Settings;
import im.thingle.ops.log.MediaLog;
import im.thingle.ops.metrics.MediaMeter;
import im.thingle.ops.metrics.Metrics;
import im.thingle.ops.wiring.MediaFanOut;
import im.thingle.ops.wiring.RelaySites;
import im.thingle.relay.account.Accounts;
import im.thingle.relay.media.CallCommands;
import im.thingle.relay.media.CallService;
import im.thingle.relay.media.CallSettings;
import im.thingle.relay.net.EventLoops;
import im.thingle.relay.turn.ServerCertificate;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The media of calls through the gateway as a part of the process, with its log and counters. Safe from any thread. */
final class MediaRelay implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("thingle.media");

    /** From the answer to when both parties are reached: ICE does not give up by itself. */
    private static final Duration SETUP_TIMEOUT = Duration.ofMinutes(1);

    /** Sound, picture and a data channel have ports of their own until both clients bundle them (XEP-0338). */
    private static final int CALLS_PER_SESSION = 3;

    private final CallService service;
    private final ServerCertificate certificate;

    private MediaRelay(CallService service, ServerCertificate certificate) {
        this.service = service;
        this.certificate = certificate;
    }

    /** Starts it if the operator wants it and this machine has an address to relay at. */
    static Optional<MediaRelay> start(
            Settings settings, RelaySites sites, EventLoops loops, Accounts accounts, Metrics metrics) {
        if (!settings.gateway().enabled() || !settings.gateway().calls()) {
            return Optional.empty();
        }
        try {
            var found = sites.find();
            var meter = new MediaMeter(metrics);
            var log = new MediaLog(settings.log().addresses(), System::nanoTime);
            var certificate = SelfSigned.make(List.of(), Instant.now());
            var service = CallService.start(
                    new CallSettings(found.ports(), found.peers(),
                            CALLS_PER_SESSION * settings.gateway().sessionsPerJid(),
                            CALLS_PER_SESSION * settings.gateway().sessions(), SETUP_TIMEOUT, certificate,
                            settings.turn().times().coalesce()),
                    loops, accounts, new MediaFanOut(meter, log));
            meter.serve(service::gauges);
            return Optional.of(new MediaRelay(service, certificate));
        } catch (IOException nowhere) {
            LOG.warn("the gateway carries no calls, because {}; write thingle.gateway.calls = off if that is right",
                    nowhere.getMessage());
            return Optional.empty();
        }
    }

    CallCommands commands() {
        return service.commands();
    }

    /** What calls to {@code echo@} are secured with, made anew for each process (RFC 8827 §6.5). */
    ServerCertificate certificate() {
        return certificate;
    }

    /** Calls now. */
    long active() {
        return service.gauges().calls();
    }

    /** Lets calls go on until the deadline; completes with how many were cut. */
    CompletableFuture<Integer> drain(Duration deadline) {
        return service.drain(deadline);
    }

    @Override
    public void close() {
        service.close();
    }
}
