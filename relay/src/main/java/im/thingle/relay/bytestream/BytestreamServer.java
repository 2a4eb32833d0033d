// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import im.thingle.relay.account.Accounts;
import im.thingle.relay.account.RelayEvents;
import im.thingle.relay.account.RelayGauges;
import im.thingle.relay.net.Acceptor;
import im.thingle.relay.net.EventLoops;
import im.thingle.relay.socks5.StreamKey;
import io.netty.channel.IoEventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The SOCKS5 bytestream proxy (XEP-0065): listeners, event loops, and what runs on them. Safe from any thread. */
public final class BytestreamServer implements AutoCloseable {
    private static final long SWEEP_MILLIS = 250;
    private static final long FORGET_SECONDS = 60;

    private final List<Shard> shards = new ArrayList<>();
    private final List<Reception> receptions = new ArrayList<>();
    private final List<Acceptor> acceptors = new ArrayList<>();
    private final Shard.Shared shared;
    private final BytestreamCommands commands;

    private BytestreamServer(
            EventLoops loops, BytestreamSettings settings, RelayEvents events, Shard.Shared shared) {
        this.shared = shared;
        commands = new BytestreamCommands(shards, this::owner, shared.directory());
        for (IoEventLoop loop : loops.all()) {
            Shard shard = new Shard(loop, loops.transport(), settings, events, shared);
            shards.add(shard);
            receptions.add(new Reception(shard, this::owner, settings, events, shared));
        }
    }

    /** As the other, with {@link #accounts} of its own. */
    public static BytestreamServer start(EventLoops loops, BytestreamSettings settings, RelayEvents events)
            throws IOException {
        return start(loops, settings, accounts(settings), events);
    }

    /**
     * Binds everything and begins to serve.
     *
     * @param accounts what each account may move, here and elsewhere
     * @throws IOException if an address cannot be bound; the message names it
     */
    public static BytestreamServer start(
            EventLoops loops, BytestreamSettings settings, Accounts accounts, RelayEvents events) throws IOException {
        return start(loops, settings, accounts, events, System::nanoTime);
    }

    /** Accounts with the ceilings of these settings, for all that carries bytes. */
    public static Accounts accounts(BytestreamSettings settings) {
        BytestreamLimits limits = settings.limits();
        return new Accounts(limits.ratePerJid(), limits.bytesPerDayPerJid(), BytestreamServer::today);
    }

    private static long today() {
        return Instant.now().getEpochSecond() / Duration.ofDays(1).toSeconds();
    }

    static BytestreamServer start(
            EventLoops loops,
            BytestreamSettings settings,
            Accounts accounts,
            RelayEvents events,
            LongSupplier nanoTime)
            throws IOException {
        Quotas quotas = new Quotas(settings.limits(), accounts, BytestreamServer::today);
        Shard.Shared shared = new Shard.Shared(loops.all().size(), quotas, new Tally(), nanoTime, new LegDirectory());
        BytestreamServer server = new BytestreamServer(loops, settings, events, shared);
        try {
            for (InetSocketAddress address : settings.listen()) {
                server.acceptors.addAll(loops.listen(address, server.receptions::get));
            }
        } catch (IOException e) {
            server.acceptors.forEach(Acceptor::close);
            throw e;
        }
        server.shards.forEach(shard -> shard.loop()
                .scheduleAtFixedRate(
                        () -> server.sweep(shard), SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS));
        server.shards.getFirst().loop()
                .scheduleAtFixedRate(
                        () -> quotas.forgetIdle(nanoTime.getAsLong()),
                        FORGET_SECONDS,
                        FORGET_SECONDS,
                        TimeUnit.SECONDS);
        return server;
    }

    /** What is really bound, in the order of the settings; with epoll an address stands once per event loop. */
    public List<InetSocketAddress> addresses() {
        return acceptors.stream().map(Acceptor::localAddress).distinct().toList();
    }

    public BytestreamCommands commands() {
        return commands;
    }

    public RelayGauges gauges() {
        return shared.tally().gauges();
    }

    /**
     * Takes no more, lets active streams finish until the deadline, then cuts them.
     *
     * @return completes with how many were cut
     */
    public CompletableFuture<Integer> drain(Duration deadline) {
        closeAcceptors();
        long deadlineNanos = shared.nanoTime().getAsLong() + deadline.toNanos();
        List<CompletableFuture<Integer>> parts = new ArrayList<>();
        for (int i = 0; i < shards.size(); i++) {
            Shard shard = shards.get(i);
            Reception reception = receptions.get(i);
            CompletableFuture<Integer> part = new CompletableFuture<>();
            parts.add(part);
            shard.loop().execute(() -> {
                reception.close();
                shard.drain(deadlineNanos, part);
            });
        }
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
                .thenApply(done -> parts.stream().mapToInt(CompletableFuture::join).sum());
    }

    /** Ends everything at once. */
    @Override
    public void close() {
        closeAcceptors();
        for (int i = 0; i < shards.size(); i++) {
            Shard shard = shards.get(i);
            Reception reception = receptions.get(i);
            shard.loop()
                    .submit(() -> {
                        reception.close();
                        shard.close();
                    })
                    .awaitUninterruptibly(1, TimeUnit.SECONDS);
        }
    }

    /** Runs on every loop what is otherwise run by the clock, and waits for it; for tests in virtual time. */
    void sweepNow() {
        shards.forEach(shard -> shard.loop().submit(() -> sweep(shard)).syncUninterruptibly());
    }

    private void sweep(Shard shard) {
        receptions.get(shards.indexOf(shard)).sweep();
        shard.sweep();
    }

    private Shard owner(StreamKey key) {
        return shards.get(key.spread() % shards.size());
    }

    private void closeAcceptors() {
        acceptors.forEach(Acceptor::close);
    }
}
