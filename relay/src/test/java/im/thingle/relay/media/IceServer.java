// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.account.Accounts;
import im.thingle.relay.net.EventLoops;
import im.thingle.relay.net.Transport;
import im.thingle.relay.turn.Certificate;
import im.thingle.relay.turn.PortRange;
import im.thingle.relay.turn.RelayAddress;
import im.thingle.relay.turn.RelayPorts;
import im.thingle.relay.turn.ServerCertificate;
import im.thingle.relay.udp.EngineSettings;
import im.thingle.stun.turn.PeerPolicy;
import im.thingle.stun.turn.Prefix;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The calls under test on free loopback ports, with a clock that only the test moves and every event recorded. */
final class IceServer implements CallEvents, AutoCloseable {
    static final CallOwner ROMEO = new CallOwner("romeo@montague.example", "romeo@montague.example/orchard",
            "juliet@capulet.example/balcony", "verona");
    static final ServerCertificate CERTIFICATE = Certificate.selfSigned();
    static final Duration SETUP = Duration.ofSeconds(60);

    final BlockingQueue<CallReport> connections = new LinkedBlockingQueue<>();
    final BlockingQueue<CallReport> reports = new LinkedBlockingQueue<>();
    final BlockingQueue<CallRefusal> refusals = new LinkedBlockingQueue<>();
    final BlockingQueue<Throwable> bugs = new LinkedBlockingQueue<>();
    final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5_000_000_000L); // it wraps early
    final EventLoops loops;
    final RelayPorts ports;
    final CallService service;

    /** What a test may want different. */
    static final class Choice {
        Transport transport = EventLoops.epollAvailable() ? Transport.EPOLL : Transport.NIO;
        int threads = 2;
        boolean portable;
        PortRange range = PortRange.DYNAMIC;
        List<RelayAddress> relays = List.of(ChannelServer.relay("127.0.0.1", "127.0.0.1"));
        List<String> allowed = List.of("127.0.0.0/8", "::1/128");
        int perJid;
        int all;
        Accounts accounts = new Accounts(0, 0, () -> 0);

        IceServer start() {
            return new IceServer(this);
        }
    }

    /** An open call, and what became of it. */
    static final class Call implements CallListener {
        final CompletableFuture<Boolean> connected = new CompletableFuture<>();
        final CompletableFuture<CallReport> ended = new CompletableFuture<>();
        final BlockingQueue<IceDescription> restarts = new LinkedBlockingQueue<>();
        CallControl control;
        IceDescription initiator;
        IceDescription responder;

        @Override
        public void connected() {
            connected.complete(true);
        }

        @Override
        public void restarted(CallParty party, IceDescription ours) {
            restarts.add(ours);
        }

        @Override
        public void ended(CallReport report) {
            ended.complete(report);
        }

        void start() {
            control.start(CallParty.INITIATOR);
            control.start(CallParty.RESPONDER);
        }

        void awaitConnected() throws Exception {
            connected.get(IceClient.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
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

    private IceServer(Choice choice) {
        loops = EventLoops.open(choice.transport, choice.threads);
        ports = new RelayPorts(choice.relays, choice.range);
        PeerPolicy peers =
                PeerPolicy.builder().allow(choice.allowed.stream().map(Prefix::parse).toList()).build();
        CallSettings settings = new CallSettings(ports, peers, choice.perJid, choice.all, SETUP,
                CERTIFICATE, Duration.ZERO);
        service = CallService.start(
                settings, loops, choice.accounts, this, new EngineSettings(choice.portable, 0, true), nanos::get);
    }

    /** Asks for a call that is to be had. */
    Call open(int components) throws Exception {
        Call call = new Call();
        Object answer = ask(ROMEO, components, call).get(10, TimeUnit.SECONDS);
        if (answer != call) {
            throw new AssertionError("refused: " + answer);
        }
        return call;
    }

    /** Asks for a call that is not to be had. */
    CallRefusal refusal() throws Exception {
        return (CallRefusal) ask(ROMEO, 1, new Call()).get(10, TimeUnit.SECONDS);
    }

    CompletableFuture<Object> ask(CallOwner owner, int components, Call call) {
        CompletableFuture<Object> answer = new CompletableFuture<>();
        service.commands().open(owner, components, call, new CallAnswer() {
            @Override
            public void opened(CallControl control, IceDescription initiator, IceDescription responder) {
                call.control = control;
                call.initiator = initiator;
                call.responder = responder;
                answer.complete(call);
            }

            @Override
            public void refused(CallRefusal why) {
                answer.complete(why);
            }
        });
        return answer;
    }

    /** A call between two clients that has come about. */
    Call connect(int components, IceClient romeo, IceClient juliet) throws Exception {
        Call call = open(components);
        call.control.theirs(CallParty.INITIATOR, romeo.description());
        call.control.theirs(CallParty.RESPONDER, juliet.description());
        call.start();
        romeo.start(call.initiator);
        juliet.start(call.responder);
        call.awaitConnected();
        return call;
    }

    /** What is open now. */
    List<CallReport> list() throws Exception {
        CompletableFuture<List<CallReport>> known = new CompletableFuture<>();
        service.commands().list(known::complete);
        return known.get(10, TimeUnit.SECONDS);
    }

    /** Waits until it is so with the only call there is, ten seconds at most. */
    void awaitThat(Predicate<CallReport> condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (list().stream().noneMatch(condition)) {
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

    @Override
    public void opened(CallReport call) {}

    @Override
    public void connected(CallReport call) {
        connections.add(call);
    }

    @Override
    public void closed(CallReport report) {
        reports.add(report);
    }

    @Override
    public void refused(CallRefusal why, CallOwner owner) {
        refusals.add(why);
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
        if (ports.inUse() != 0) {
            throw new AssertionError(ports.inUse() + " ports were not given back");
        }
    }
}
