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

/**
 * Calls between two parties, each of which is reached with ICE (RFC 8445), on all event loops. Safe from any thread.
 */
public final class CallService implements AutoCloseable {
    private static final long TICK_MILLIS = 250;

    private final CallShard.Shared shared;
    private final List<CallShard> shards = new ArrayList<>();
    private final List<Future<?>> ticks = new ArrayList<>();
    private final CallCommands commands = new CallCommands(shards);

    private CallService(EventLoops loops, CallShard.Shared shared) {
        this.shared = shared;
        for (IoEventLoop loop : loops.all()) {
            CallShard shard = new CallShard(loop, shared);
            shards.add(shard);
            ticks.add(loop.scheduleAtFixedRate(shard::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS));
        }
    }

    /**
     * Begins to serve; nothing is bound before a call is asked for.
     *
     * @param accounts what each account may move, here and elsewhere
     */
    public static CallService start(CallSettings settings, EventLoops loops, Accounts accounts, CallEvents events) {
        EngineSettings engine = EngineSettings.DEFAULT.withCoalesceNanos(settings.coalescing().toNanos());
        return start(settings, loops, accounts, events, engine, System::nanoTime);
    }

    static CallService start(
            CallSettings settings,
            EventLoops loops,
            Accounts accounts,
            CallEvents events,
            EngineSettings engine,
            LongSupplier nanoTime) {
        return new CallService(loops, new CallShard.Shared(loops.transport(), settings, events,
                new CallLimits(settings, accounts), new CallTally(), new IceWorker(events), engine, nanoTime));
    }

    public CallCommands commands() {
        return commands;
    }

    /** How things stand. */
    public CallGauges gauges() {
        return shared.tally().gauges();
    }

    /**
     * Opens no new calls, lets those there are go on until the deadline, then ends them.
     *
     * @return completes with how many were cut
     */
    public CompletableFuture<Integer> drain(Duration deadline) {
        long deadlineNanos = shared.nanoTime().getAsLong() + deadline.toNanos();
        List<CompletableFuture<Integer>> parts = new ArrayList<>();
        for (CallShard shard : shards) {
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
        for (CallShard shard : shards) {
            shard.loop().submit(shard::close).awaitUninterruptibly(1, TimeUnit.SECONDS);
        }
        shared.worker().close();
    }

    /** Lets the agents wait for this; for tests. */
    void holdAgents(Runnable wait) {
        shared.worker().execute(wait);
    }

    /** Runs on every loop what is otherwise run by the clock, and waits for it; for tests in virtual time. */
    void tickNow() {
        shards.forEach(shard -> shard.loop().submit(shard::tick).syncUninterruptibly());
    }
}
