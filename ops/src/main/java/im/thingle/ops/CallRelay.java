// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops;

import im.thingle.ops.certificate.CertificateWatch;
import im.thingle.ops.config.Settings;
import im.thingle.ops.config.TurnChoice;
import im.thingle.ops.log.TurnLog;
import im.thingle.ops.metrics.Metrics;
import im.thingle.ops.metrics.TurnMeter;
import im.thingle.ops.wiring.BoundListeners;
import im.thingle.ops.wiring.CallServices;
import im.thingle.ops.wiring.RelaySites;
import im.thingle.ops.wiring.TurnFanOut;
import im.thingle.ops.wiring.TurnSetup;
import im.thingle.relay.account.Accounts;
import im.thingle.relay.net.EventLoops;
import im.thingle.relay.turn.AllocationCommands;
import im.thingle.relay.turn.TurnEvents;
import im.thingle.relay.turn.TurnService;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The STUN/TURN server as a part of the process, with its log, counters and certificate. Safe from any thread. */
final class CallRelay implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("thingle.turn");
    private static final Duration LOOK_AT_CERTIFICATE = Duration.ofSeconds(15);

    private final TurnService service;
    private final Optional<CertificateWatch> watch;
    private final Optional<CallServices> offered;

    private CallRelay(TurnService service, Optional<CertificateWatch> watch, Optional<CallServices> offered) {
        this.service = service;
        this.watch = watch;
        this.offered = offered;
    }

    /**
     * Starts it if the operator wants it.
     *
     * @param listener hears of allocations after counters and log
     * @throws IOException if it cannot start and nobody said that files may be carried without it
     */
    static Optional<CallRelay> start(Settings settings, RelaySites sites, EventLoops loops, Accounts accounts,
            Metrics metrics, TurnEvents listener) throws IOException {
        var choice = settings.turn().choice();
        if (choice == TurnChoice.OFF) {
            return Optional.empty();
        }
        try {
            return Optional.of(start(settings, sites, loops, accounts, new TurnMeter(metrics), listener));
        } catch (IOException cannot) {
            if (choice == TurnChoice.ON) {
                throw cannot;
            }
            LOG.warn("calls are not relayed, because {}; write thingle.turn.enabled = off if that is right",
                    cannot.getMessage());
            return Optional.empty();
        }
    }

    private static CallRelay start(Settings settings, RelaySites sites, EventLoops loops, Accounts accounts,
            TurnMeter meter, TurnEvents listener) throws IOException {
        var setup = TurnSetup.prepare(settings, loops.transport(), sites);
        var log = new TurnLog(settings.log().addresses(), System::nanoTime, setup::user);
        var service = TurnService.start(setup.settings(), loops, accounts, new TurnFanOut(meter, log, listener));
        meter.serve(service::gauges);
        var watch = settings.turn().certificate().map(files -> CertificateWatch.start(
                files, setup.settings().certificate(), LOOK_AT_CERTIFICATE, service::renew));
        var offered = CallServices.of(settings, BoundListeners.of(service, settings.turn().listen()),
                setup.credentials(), InstantSource.system(), meter::issued);
        return new CallRelay(service, watch, offered);
    }

    /** What XMPP clients are told of it, if anything. */
    Optional<CallServices> offered() {
        return offered;
    }

    /** Where it listens, for people, such as {@code udp 0.0.0.0:3478, tcp 0.0.0.0:3478}. */
    String addresses() {
        return Stream.of(text("udp", service.udpAddresses()), text("tcp", service.tcpAddresses()),
                        text("tls", service.tlsAddresses()), text("dtls", service.dtlsAddresses()))
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(", "));
    }

    private static String text(String transport, List<InetSocketAddress> addresses) {
        return addresses.stream()
                .map(address -> transport + " " + NetUtil.toSocketAddressString(address))
                .collect(Collectors.joining(", "));
    }

    /** The way in for who wants to see or end allocations. */
    AllocationCommands commands() {
        return service.commands();
    }

    /** Allocations now. */
    long active() {
        return service.gauges().allocations();
    }

    /** Lets allocations go on until the deadline; completes with how many were cut. */
    CompletableFuture<Integer> drain(Duration deadline) {
        return service.drain(deadline);
    }

    @Override
    public void close() {
        watch.ifPresent(CertificateWatch::close);
        service.close();
    }
}
