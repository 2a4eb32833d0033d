// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.account.Accounts;
import im.thingle.relay.net.EventLoops;
import im.thingle.relay.net.Transport;
import im.thingle.relay.turn.PortRange;
import im.thingle.relay.turn.RelayAddress;
import im.thingle.relay.turn.RelayPorts;
import im.thingle.relay.udp.EngineSettings;
import im.thingle.stun.turn.PeerPolicy;
import im.thingle.stun.turn.Prefix;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The channels under test on free loopback ports, with a clock that only the test moves and every event recorded. */
final class ChannelServer implements ChannelEvents, AutoCloseable {
    static final ChannelOwner ROMEO = new ChannelOwner("romeo@montague.example", "romeo@montague.example/orchard");
    static final ChannelOwner JULIET = new ChannelOwner("juliet@capulet.example", "juliet@capulet.example/balcony");
    static final Duration IDLE = Duration.ofSeconds(60);

    final BlockingQueue<ChannelReport> openings = new LinkedBlockingQueue<>();
    final BlockingQueue<ChannelReport> reports = new LinkedBlockingQueue<>();
    final BlockingQueue<ChannelRefusal> refusals = new LinkedBlockingQueue<>();
    final BlockingQueue<Throwable> bugs = new LinkedBlockingQueue<>();
    final Set<String> bugsAt = ConcurrentHashMap.newKeySet();
    final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5_000_000_000L); // it wraps early
    final EventLoops loops;
    final RelayPorts ports;
    final ChannelService service;

    /** What a test may want different. */
    static final class Choice {
        Transport transport = EventLoops.epollAvailable() ? Transport.EPOLL : Transport.NIO;
        int threads = 2;
        boolean portable;
        PortRange range = PortRange.DYNAMIC;
        List<RelayAddress> relays = List.of(relay("127.0.0.1", "127.0.0.1"));
        List<String> allowed = List.of("127.0.0.0/8", "::1/128");
        int perJid;
        int all;
        int kbps;
        Accounts accounts = new Accounts(0, 0, () -> 0);

        ChannelServer start() {
            return new ChannelServer(this);
        }
    }

    static Choice with() {
        return new Choice();
    }

    /** The engines there are on this machine. */
    static Stream<Choice> engines() {
        Choice nio = with();
        nio.transport = Transport.NIO;
        if (!EventLoops.epollAvailable()) {
            return Stream.of(nio);
        }
        Choice portable = with();
        portable.portable = true;
        return Stream.of(with(), portable, nio);
    }

    static RelayAddress relay(String bind, String announced) {
        return new RelayAddress(InetAddress.ofLiteral(bind), InetAddress.ofLiteral(announced));
    }

    private ChannelServer(Choice choice) {
        loops = EventLoops.open(choice.transport, choice.threads);
        ports = new RelayPorts(choice.relays, choice.range);
        PeerPolicy peers =
                PeerPolicy.builder().allow(choice.allowed.stream().map(Prefix::parse).toList()).build();
        ChannelSettings settings =
                new ChannelSettings(ports, peers, choice.perJid, choice.all, IDLE, choice.kbps, Duration.ZERO);
        service = ChannelService.start(
                settings, loops, choice.accounts, this, new EngineSettings(choice.portable, 0, true), nanos::get);
    }

    /** Asks for a channel that is to be had. */
    ChannelReport open(ChannelOwner owner) throws Exception {
        CompletableFuture<Object> answer = ask(owner);
        if (answer.get(10, TimeUnit.SECONDS) instanceof ChannelReport opened) {
            return opened;
        }
        throw new AssertionError("refused: " + answer.join());
    }

    /** Asks for a channel that is not to be had. */
    ChannelRefusal refusal(ChannelOwner owner) throws Exception {
        return (ChannelRefusal) ask(owner).get(10, TimeUnit.SECONDS);
    }

    private CompletableFuture<Object> ask(ChannelOwner owner) {
        CompletableFuture<Object> answer = new CompletableFuture<>();
        service.commands().open(owner, new ChannelAnswer() {
            @Override
            public void opened(ChannelReport channel) {
                answer.complete(channel);
            }

            @Override
            public void refused(ChannelRefusal why) {
                answer.complete(why);
            }
        });
        return answer;
    }

    /** What is open now. */
    List<ChannelReport> list() throws Exception {
        CompletableFuture<List<ChannelReport>> known = new CompletableFuture<>();
        service.commands().list(known::complete);
        return known.get(10, TimeUnit.SECONDS);
    }

    /** Waits until it is so with an open channel, ten seconds at most. */
    void awaitThat(ChannelReport channel, Predicate<ChannelReport> condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (list().stream().noneMatch(each -> each.id().equals(channel.id()) && condition.test(each))) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("it did not come to pass: " + list());
            }
        }
    }

    /** Lets time pass. */
    void advance(Duration time) {
        nanos.addAndGet(time.toNanos());
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

    @Override
    public void opened(ChannelReport channel) {
        openings.add(channel);
    }

    @Override
    public void closed(ChannelReport report) {
        reports.add(report);
    }

    @Override
    public void refused(ChannelRefusal why, ChannelOwner owner) {
        refusals.add(why);
    }

    @Override
    public void bug(String where, Throwable fault) {
        bugs.add(fault);
        bugsAt.add(where);
    }

    @Override
    public void close() {
        service.close();
        loops.close();
        if (!bugs.isEmpty()) {
            throw new AssertionError("the server has a bug", bugs.peek());
        }
        if (ports.inUse() != 0) {
            throw new AssertionError(ports.inUse() + " ports were not given back");
        }
    }
}
