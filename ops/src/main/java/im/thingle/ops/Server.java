// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops;

import im.thingle.ops.admin.AdminServer;
import im.thingle.ops.admin.Readiness;
import im.thingle.ops.certificate.BrokenCertificate;
import im.thingle.ops.cli.Exit;
import im.thingle.ops.cli.Version;
import im.thingle.ops.config.Settings;
import im.thingle.ops.config.TransportChoice;
import im.thingle.ops.config.XmppServer;
import im.thingle.ops.log.LinkLog;
import im.thingle.ops.log.Logs;
import im.thingle.ops.log.RelayLog;
import im.thingle.ops.metrics.LinkMeter;
import im.thingle.ops.metrics.Metrics;
import im.thingle.ops.metrics.RelayMeter;
import im.thingle.ops.sessions.BrokeredSessions;
import im.thingle.ops.sessions.LatelyEnded;
import im.thingle.ops.state.StateUnusable;
import im.thingle.ops.wiring.ActiveSessions;
import im.thingle.ops.wiring.Answers;
import im.thingle.ops.wiring.ChannelsAdapter;
import im.thingle.ops.wiring.ComponentLinks;
import im.thingle.ops.wiring.EndedSessions;
import im.thingle.ops.wiring.LinkFanOut;
import im.thingle.ops.wiring.LinkReadiness;
import im.thingle.ops.wiring.MediaAdapter;
import im.thingle.ops.wiring.Offered;
import im.thingle.ops.wiring.OperationsAdapter;
import im.thingle.ops.wiring.RelayFanOut;
import im.thingle.ops.wiring.RelaySites;
import im.thingle.relay.account.Accounts;
import im.thingle.relay.bytestream.BytestreamServer;
import im.thingle.relay.net.EventLoops;
import im.thingle.relay.net.Transport;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole service. It starts from the inside out (event loops, bytestreams, calls, channels, gateway, admin, links to
 * XMPP servers) and stops in the reverse order, but for the links: they stay up while streams drain, so that requesters
 * are told why they are refused. Confined to the thread that calls {@link #serve}.
 */
final class Server {
    private static final Logger LOG = LoggerFactory.getLogger("thingle.server");

    private final Settings settings;
    private final String version = Version.current();
    private final Readiness readiness = new Readiness();
    private final Metrics metrics = new Metrics(version, Logs::dropped);
    private final Deque<Runnable> closers = new ArrayDeque<>();
    private final Accounts accounts;
    private final LatelyEnded ended = new LatelyEnded(InstantSource.system());
    private final EndedSessions sessions = new EndedSessions(ended, InstantSource.system());
    private final BrokeredSessions brokered = new BrokeredSessions(ended, InstantSource.system());
    private BytestreamServer bytestreams;
    private Optional<CallRelay> calls = Optional.empty();
    private Optional<ChannelRelay> channels = Optional.empty();
    private Optional<MediaRelay> media = Optional.empty();
    private Optional<Gateway> gateway = Optional.empty();

    Server(Settings settings) {
        this.settings = settings;
        accounts = BytestreamServer.accounts(settings.bytestreams());
    }

    /** Serves until a signal; returns the exit status of the process. */
    static int run(Settings settings) {
        Logs.configure(settings.log());
        CompilerThreads.giveWay();
        var requests = new StopRequests();
        if (!Signals.onStop(requests::request)) {
            LOG.warn("this JVM lets no program handle signals: SIGTERM will cut every stream");
        }
        return new Server(settings).serve(requests, System.out).status();
    }

    /** @param out where the line goes that says the service is ready */
    Exit serve(StopRequests requests, PrintStream out) {
        try {
            var loops = openLoops();
            if (loops.isEmpty()) {
                return Exit.UNAVAILABLE;
            }
            start(loops.get(), requests, out);
            requests.drain().join();
            drain(requests);
            return Exit.OK;
        } catch (StateUnusable | BrokenCertificate unusable) {
            LOG.error("{}", unusable.getMessage());
            return Exit.IO;
        } catch (IOException unbound) {
            LOG.error("{}; {}", unbound.getMessage(), BindAdvice.of(unbound));
            return Exit.IO;
        } finally {
            closers.forEach(Runnable::run);
        }
    }

    /** What {@code /readyz} tells. */
    Readiness readiness() {
        return readiness;
    }

    private Optional<EventLoops> openLoops() {
        try {
            var loops = EventLoops.open(transport(), settings.threads());
            closers.push(loops::close);
            return Optional.of(loops);
        } catch (IllegalStateException unavailable) {
            LOG.error("{}; set thingle.bytestreams.transport = auto", unavailable.getMessage());
            return Optional.empty();
        }
    }

    private void start(EventLoops loops, StopRequests requests, PrintStream out) throws IOException {
        Descriptors.shortage(settings).ifPresent(LOG::warn);
        startBytestreams(loops);
        var sites = new RelaySites(settings);
        calls = CallRelay.start(settings, sites, loops, accounts, metrics, sessions);
        calls.ifPresent(relay -> closers.push(relay::close));
        channels = ChannelRelay.start(settings, sites, loops, accounts, metrics, sessions);
        channels.ifPresent(relay -> closers.push(relay::close));
        media = MediaRelay.start(settings, sites, loops, accounts, metrics);
        media.ifPresent(relay -> closers.push(relay::close));
        gateway = Gateway.start(settings, accounts, metrics, brokered, requests.drain()::isDone);
        gateway.ifPresent(started -> closers.push(started::close));
        var components = settings.xmpp().stream().map(XmppServer::jid).toList();
        var events = new LinkFanOut(new LinkLog(System::nanoTime), new LinkMeter(metrics, components),
                new LinkReadiness(readiness, components));
        var admin = startAdmin();
        var links = ComponentLinks.start(settings, loops, offered(requests, events), events, version);
        closers.push(links::close);
        links.firstUp().thenRun(() -> {
            if (!requests.drain().isDone()) {
                out.println(readyLine(admin, links));
                out.flush();
            }
        });
    }

    private Offered offered(StopRequests requests, LinkFanOut events) {
        var carriers = new ActiveSessions.Carriers(bytestreams.commands(), calls.map(CallRelay::commands),
                channels.map(ChannelRelay::commands), media.map(MediaRelay::commands));
        var active = new ActiveSessions(carriers, brokered, InstantSource.system());
        var operations = new OperationsAdapter(settings.operators(), active, ended, accounts,
                calls.flatMap(CallRelay::offered), requests::requestDrain, new Answers(events::bug));
        return new Offered(bytestreams, calls.flatMap(CallRelay::offered),
                channels.map(relay -> new ChannelsAdapter(relay.commands(), settings.relayNodes())),
                gateway.map(Gateway::offered),
                media.map(relay -> new MediaAdapter(relay.commands(), relay.certificate())), operations);
    }

    private void startBytestreams(EventLoops loops) throws IOException {
        var meter = new RelayMeter(metrics);
        var log = new RelayLog(settings.log().addresses(), System::nanoTime);
        bytestreams = BytestreamServer.start(loops, settings.bytestreams(), accounts,
                new RelayFanOut(meter, log, sessions));
        closers.push(bytestreams::close);
        meter.serve(bytestreams::gauges);
    }

    private String startAdmin() throws IOException {
        if (settings.admin().isEmpty()) {
            return "off";
        }
        var admin = AdminServer.start(settings.admin().get(), metrics.registry(), readiness);
        closers.push(admin::close);
        return "http://" + NetUtil.toSocketAddressString(admin.address());
    }

    private Transport transport() {
        if (settings.transport() == TransportChoice.AUTO) {
            return EventLoops.epollAvailable() ? Transport.EPOLL : Transport.NIO;
        }
        return settings.transport() == TransportChoice.EPOLL ? Transport.EPOLL : Transport.NIO;
    }

    private String readyLine(String admin, ComponentLinks links) {
        return "thingle " + version + " ready: "
                + settings.xmpp().stream().map(XmppServer::toString).collect(Collectors.joining(", "))
                + "; bytestreams on "
                + bytestreams.addresses().stream().map(NetUtil::toSocketAddressString).collect(Collectors.joining(", "))
                + "; turn " + calls.map(relay -> "on " + relay.addresses()).orElse("off")
                + "; announced " + links.announced() + "; admin " + admin;
    }

    /** Streams, allocations and channels may finish until the deadline or the second signal; the rest is cut. */
    private void drain(StopRequests requests) {
        readiness.drain();
        var active = bytestreams.gauges().active();
        var seconds = settings.drainTimeout().toSeconds();
        LOG.info("draining: {} active, up to {} s; a second signal cuts them", active, seconds);
        var drained = bytestreams.drain(settings.drainTimeout());
        var timeout = settings.drainTimeout();
        var others = Stream.of(
                        calls.map(relay -> Draining.of("allocations", relay::active, relay::drain, timeout)),
                        channels.map(relay -> Draining.of("channels", relay::active, relay::drain, timeout)),
                        media.map(relay -> Draining.of("brokered calls", relay::active, relay::drain, timeout)),
                        gateway.map(each -> Draining.of("sessions", each::active, each::drain, timeout)))
                .flatMap(Optional::stream)
                .toList();
        var all = Stream.concat(Stream.of(drained), others.stream().map(Draining::drained));
        CompletableFuture.anyOf(CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)), requests.cut()).join();
        long cut = drained.isDone() ? drained.join() : bytestreams.gauges().active();
        LOG.info("drained: {} finished, {} cut", Math.max(0, active - cut), cut);
        others.forEach(Draining::tell);
    }
}
