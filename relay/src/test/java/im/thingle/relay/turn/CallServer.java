// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.relay.account.Accounts;
import im.thingle.relay.net.EventLoops;
import im.thingle.relay.net.Transport;
import im.thingle.relay.udp.EngineSettings;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.auth.ChallengeBudget;
import im.thingle.stun.auth.StaticUsers;
import im.thingle.stun.turn.Allocation;
import im.thingle.stun.turn.AllocationReport;
import im.thingle.stun.turn.FiveTuple;
import im.thingle.stun.turn.PeerPolicy;
import im.thingle.stun.turn.Prefix;
import im.thingle.stun.turn.TurnRefusal;
import im.thingle.stun.turn.TurnSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** The server under test on free loopback ports, with a clock that the test moves and every event recorded. */
final class CallServer implements TurnEvents, AutoCloseable {
    static final String REALM = "example.org";
    static final String USER = "romeo";
    static final String PASSWORD = "under the balcony";
    private static final long MINUTE = 60_000_000_000L;

    final BlockingQueue<AllocationReport> reports = new LinkedBlockingQueue<>();
    final BlockingQueue<TurnRefusal> refusals = new LinkedBlockingQueue<>();
    final BlockingQueue<StreamRefusal> streamRefusals = new LinkedBlockingQueue<>();
    final BlockingQueue<Throwable> bugs = new LinkedBlockingQueue<>();
    final AtomicLong aheadNanos = new AtomicLong();
    final EventLoops loops;
    final TurnService service;

    /** What a test may want different. */
    static final class Choice {
        String host = "127.0.0.1";
        Transport transport = EventLoops.epollAvailable() ? Transport.EPOLL : Transport.NIO;
        int threads = 2;
        PortRange ports = new PortRange(49152, 65535);
        boolean portable;
        ServerCertificate certificate;
        List<Prefix> proxies = List.of();
        StreamLimits streams = StreamLimits.DEFAULT;
        boolean tcpRelay;
        boolean mobility;
        int allocations;
        Duration earlyChecks = Duration.ofMillis(200);
        NatDiscoverySettings natDiscovery;
        Accounts accounts = new Accounts(0, 0, () -> 0);
        List<RelayAddress> relays = List.of(relay("127.0.0.1"), relay("::1"));

        CallServer start() throws IOException {
            return new CallServer(this);
        }
    }

    static Choice with() {
        return new Choice();
    }

    private CallServer(Choice choice) throws IOException {
        loops = EventLoops.open(choice.transport, choice.threads);
        InetSocketAddress any = new InetSocketAddress(choice.host, 0);
        TurnSettings turn = new TurnSettings(REALM, null, 10 * MINUTE, 60 * MINUTE, 5 * MINUTE, 10 * MINUTE, true,
                choice.tcpRelay, choice.mobility, choice.allocations, choice.allocations, 100, 100, 0);
        PeerPolicy peers = PeerPolicy.builder()
                .allow(List.of(Prefix.parse("127.0.0.0/8"), Prefix.parse("::1/128")))
                .build();
        TurnServiceSettings settings = new TurnServiceSettings(
                List.of(any),
                List.of(any),
                choice.certificate == null ? List.of() : List.of(any),
                choice.certificate == null ? List.of() : List.of(any),
                new RelayPorts(choice.relays, choice.ports),
                turn,
                new StaticUsers(REALM, Map.of(USER, PASSWORD)),
                peers,
                choice.streams,
                choice.certificate,
                choice.proxies,
                choice.natDiscovery,
                Duration.ofHours(1),
                Duration.ZERO,
                choice.earlyChecks,
                ChallengeBudget.DEFAULT_PER_SECOND);
        service = TurnService.start(
                settings,
                loops,
                choice.accounts,
                this,
                new EngineSettings(choice.portable, 0, true),
                () -> System.nanoTime() + aheadNanos.get());
    }

    InetSocketAddress udp() {
        return service.udpAddresses().getFirst();
    }

    InetSocketAddress tcp() {
        return service.tcpAddresses().getFirst();
    }

    InetSocketAddress tls() {
        return service.tlsAddresses().getFirst();
    }

    InetSocketAddress dtls() {
        return service.dtlsAddresses().getFirst();
    }

    /** Lets time pass. */
    void advance(Duration time) {
        aheadNanos.addAndGet(time.toNanos());
        service.tickNow();
    }

    /** The next of these events, within ten seconds. */
    static <T> T next(BlockingQueue<T> events) throws InterruptedException {
        T event = events.poll(10, TimeUnit.SECONDS);
        if (event == null) {
            throw new AssertionError("no event came");
        }
        return event;
    }

    /** Waits until it is so, ten seconds at most. */
    static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + 10_000_000_000L;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("it did not come to pass");
            }
            Thread.onSpinWait();
        }
    }

    @Override
    public void started(Allocation allocation) {}

    @Override
    public void ended(AllocationReport report) {
        reports.add(report);
    }

    @Override
    public void refused(TurnRefusal why, FiveTuple from, String username, TransportAddress peer, String rule) {
        refusals.add(why);
    }

    @Override
    public void refusedStream(StreamRefusal why, InetSocketAddress client, String detail) {
        streamRefusals.add(why);
    }

    @Override
    public void bug(String where, Throwable fault) {
        fault.printStackTrace();
        bugs.add(fault);
    }

    @Override
    public void close() {
        service.close();
        loops.close();
        if (!bugs.isEmpty()) {
            throw new AssertionError("the server has a bug", bugs.peek());
        }
    }

    private static RelayAddress relay(String address) {
        InetAddress literal = InetAddress.ofLiteral(address);
        return new RelayAddress(literal, literal);
    }
}
