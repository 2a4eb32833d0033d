// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.relay.account.Accounts;
import im.thingle.relay.net.Acceptor;
import im.thingle.relay.net.EventLoops;
import im.thingle.relay.turn.TurnCounters.Count;
import im.thingle.relay.udp.EngineCounters;
import im.thingle.relay.udp.EngineSettings;
import io.netty.channel.IoEventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The STUN/TURN server: listeners, event loops, and what runs on them. Safe from any thread. */
public final class TurnService implements AutoCloseable {
    private static final long TICK_MILLIS = 100;

    private final TurnShard.Shared shared;
    private final List<TurnShard> shards = new ArrayList<>();
    private final List<Acceptor> acceptors = new ArrayList<>();
    private final AllocationCommands commands = new AllocationCommands(shards);
    private final List<Future<?>> ticks = new ArrayList<>();
    private final List<InetSocketAddress> udp = new ArrayList<>();
    private final List<InetSocketAddress> tcp = new ArrayList<>();
    private final List<InetSocketAddress> tls = new ArrayList<>();
    private final List<InetSocketAddress> dtls = new ArrayList<>();

    private TurnService(TurnShard.Shared shared) {
        this.shared = shared;
    }

    /**
     * Binds everything and begins to serve.
     *
     * @param accounts what each account may move, here and elsewhere
     * @throws IOException if an address cannot be bound or the certificate cannot be used; the message says which and
     *         why
     */
    public static TurnService start(
            TurnServiceSettings settings, EventLoops loops, Accounts accounts, TurnEvents events) throws IOException {
        EngineSettings engine = EngineSettings.DEFAULT.withCoalesceNanos(settings.coalescing().toNanos());
        return start(settings, loops, accounts, events, engine, System::nanoTime);
    }

    static TurnService start(
            TurnServiceSettings settings,
            EventLoops loops,
            Accounts accounts,
            TurnEvents events,
            EngineSettings engine,
            LongSupplier nanoTime)
            throws IOException {
        Certificates certificates = new Certificates();
        certificates.renew(settings.certificate());
        TurnService service = new TurnService(new TurnShard.Shared(
                loops.transport(),
                settings,
                events,
                settings.ports(),
                new StreamPlaces(settings.streams()),
                new ShardDirectory(),
                certificates,
                new Machines(settings, accounts),
                accounts,
                engine,
                nanoTime));
        try {
            service.open(loops);
            return service;
        } catch (IOException | RuntimeException e) {
            service.close();
            throw e;
        }
    }

    /** What is really bound for plain UDP, in the order of the settings; for a wildcard what it stands for. */
    public List<InetSocketAddress> udpAddresses() {
        return List.copyOf(udp);
    }

    /** What is really bound for TCP, in the order of the settings. */
    public List<InetSocketAddress> tcpAddresses() {
        return List.copyOf(tcp);
    }

    /** What is really bound for TLS alone, in the order of the settings. */
    public List<InetSocketAddress> tlsAddresses() {
        return List.copyOf(tls);
    }

    /** What is really bound for DTLS, in the order of the settings. */
    public List<InetSocketAddress> dtlsAddresses() {
        return List.copyOf(dtls);
    }

    /** The way in for who wants to see or end allocations. */
    public AllocationCommands commands() {
        return commands;
    }

    /** How things stand. */
    public TurnGauges gauges() {
        return new TurnGauges(
                sum(Count.ALLOCATIONS),
                sum(Count.STREAMS),
                sum(Count.DTLS),
                sum(Count.DTLS_HANDSHAKES),
                sum(Count.PEER_CONNECTIONS),
                sum(Count.BYTES_TO_PEERS),
                sum(Count.PACKETS_TO_PEERS),
                sum(Count.BYTES_TO_CLIENTS),
                sum(Count.PACKETS_TO_CLIENTS),
                sum(Count.DROPPED) + shards.stream().mapToLong(shard -> shard.engine().counters().dropped()).sum(),
                engines(EngineCounters.Count.SEND_BUFFER_FULL),
                engines(EngineCounters.Count.SEND_ERRORS),
                sum(Count.BINDINGS),
                sum(Count.EARLY_CHECKS),
                sum(Count.MALFORMED),
                shared.ports().inUse());
    }

    /**
     * From now on new TLS and DTLS connections are shown this certificate.
     *
     * @throws IOException if it cannot be used; the one before stays
     */
    public void renew(ServerCertificate certificate) throws IOException {
        shared.certificates().renew(certificate);
    }

    /**
     * Takes no new allocations, lets those there are go on until the deadline, then ends them.
     *
     * @return completes with how many were cut
     */
    public CompletableFuture<Integer> drain(Duration deadline) {
        closeAcceptors();
        long deadlineNanos = shared.nanoTime().getAsLong() + deadline.toNanos();
        List<CompletableFuture<Integer>> parts = new ArrayList<>();
        for (TurnShard shard : shards) {
            CompletableFuture<Integer> part = new CompletableFuture<>();
            parts.add(part);
            shard.loop().execute(() -> shard.drain(deadlineNanos, part));
        }
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
                .thenApply(done -> parts.stream().mapToInt(CompletableFuture::join).sum());
    }

    /** Ends everything at once. */
    @Override
    public void close() {
        closeAcceptors();
        ticks.forEach(tick -> tick.cancel(false));
        for (TurnShard shard : shards) {
            shard.loop().submit(shard::close).awaitUninterruptibly(1, TimeUnit.SECONDS);
        }
    }

    /** Runs on every loop what is otherwise run by the clock, and waits for it; for tests in virtual time. */
    void tickNow() {
        shards.forEach(shard -> shard.loop().submit(shard::tick).syncUninterruptibly());
        shared.ports().sweep(shared.nanoTime().getAsLong());
    }

    List<TurnShard> shards() {
        return shards;
    }

    private void open(EventLoops loops) throws IOException {
        for (IoEventLoop loop : loops.all()) {
            shards.add(OnLoop.call(loop, () -> new TurnShard(loop, shared)));
        }
        shared.directory().shards(shards);
        DatagramBinder binder = new DatagramBinder(shards, loops.transport());
        binder.bind(shared.settings(), udp, dtls);
        // streams may belong to any shard, datagrams to each: nobody is served before everybody can be
        bindStreams(loops, shared.settings().tcp(), false, tcp);
        bindStreams(loops, shared.settings().tls(), true, tls);
        for (TurnShard shard : shards) {
            OnLoop.call(shard.loop(), () -> {
                shard.start();
                return null;
            });
            ticks.add(shard.loop()
                    .scheduleAtFixedRate(shard::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS));
        }
        ticks.add(shards.getFirst()
                .loop()
                .scheduleAtFixedRate(() -> shared.ports().sweep(shared.nanoTime().getAsLong()), 1, 1,
                        TimeUnit.SECONDS));
    }

    private void bindStreams(
            EventLoops loops, List<InetSocketAddress> addresses, boolean tlsOnly, List<InetSocketAddress> bound)
            throws IOException {
        for (InetSocketAddress address : addresses) {
            List<Acceptor> added = loops.listen(address, i -> new StreamListener(shards.get(i), tlsOnly));
            acceptors.addAll(added);
            bound.add(added.getFirst().localAddress());
        }
    }

    private long sum(Count count) {
        return shards.stream().mapToLong(shard -> shard.counters().get(count)).sum();
    }

    private long engines(EngineCounters.Count count) {
        return shards.stream().mapToLong(shard -> shard.engine().counters().get(count)).sum();
    }

    private void closeAcceptors() {
        acceptors.forEach(Acceptor::close);
    }
}
