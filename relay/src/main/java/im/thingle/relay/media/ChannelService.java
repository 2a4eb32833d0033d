// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.account.Accounts;
import im.thingle.relay.net.EventLoops;
import im.thingle.relay.udp.EngineSettings;
import io.netty.channel.IoEventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The relay channels of Jingle Relay Nodes (XEP-0278) on all event loops. Safe from any thread. */
public final class ChannelService implements AutoCloseable {
    private static final long TICK_MILLIS = 250;

    private final ChannelShard.Shared shared;
    private final List<ChannelShard> shards = new ArrayList<>();
    private final List<Future<?>> ticks = new ArrayList<>();
    private final ChannelCommands commands = new ChannelCommands(shards);

    private ChannelService(EventLoops loops, ChannelShard.Shared shared) {
        this.shared = shared;
        for (IoEventLoop loop : loops.all()) {
            ChannelShard shard = new ChannelShard(loop, shared);
            shards.add(shard);
            ticks.add(loop.scheduleAtFixedRate(shard::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS));
        }
    }

    /**
     * Begins to serve; nothing is bound before a channel is asked for.
     *
     * @param accounts what each account may move, here and elsewhere
     */
    public static ChannelService start(
            ChannelSettings settings, EventLoops loops, Accounts accounts, ChannelEvents events) {
        EngineSettings engine = EngineSettings.DEFAULT.withCoalesceNanos(settings.coalescing().toNanos());
        return start(settings, loops, accounts, events, engine, System::nanoTime);
    }

    static ChannelService start(
            ChannelSettings settings,
            EventLoops loops,
            Accounts accounts,
            ChannelEvents events,
            EngineSettings engine,
            LongSupplier nanoTime) {
        return new ChannelService(loops, new ChannelShard.Shared(loops.transport(), settings, events,
                new ChannelLimits(settings, accounts), new ChannelTally(), engine, nanoTime));
    }

    public ChannelCommands commands() {
        return commands;
    }

    /** How things stand. */
    public ChannelGauges gauges() {
        return shared.tally().gauges();
    }

    /**
     * Opens no new channels, lets those there are go on until the deadline, then ends them.
     *
     * @return completes with how many were cut
     */
    public CompletableFuture<Integer> drain(Duration deadline) {
        long deadlineNanos = shared.nanoTime().getAsLong() + deadline.toNanos();
        List<CompletableFuture<Integer>> parts = new ArrayList<>();
        for (ChannelShard shard : shards) {
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
        ticks.forEach(tick -> tick.cancel(false));
        for (ChannelShard shard : shards) {
            shard.loop().submit(shard::close).awaitUninterruptibly(1, TimeUnit.SECONDS);
        }
    }

    /** Runs on every loop what is otherwise run by the clock, and waits for it; for tests in virtual time. */
    void tickNow() {
        shards.forEach(shard -> shard.loop().submit(shard::tick).syncUninterruptibly());
    }
}
