// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.net.EventLoops;
import im.thingle.relay.net.EveryLoop;
import io.netty.channel.IoEventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** The shards of a service, one on each event loop, and their clock. Safe from any thread. */
final class RelayShards<H extends RelayShard<?, ?, ?, ?>> {
    private static final long TICK_MILLIS = 250;

    private final LongSupplier nanoTime;
    private final List<H> shards = new ArrayList<>();
    private final List<Future<?>> ticks = new ArrayList<>();
    private final AtomicInteger asked = new AtomicInteger();

    RelayShards(EventLoops loops, LongSupplier nanoTime, Function<IoEventLoop, H> make) {
        this.nanoTime = nanoTime;
        for (IoEventLoop loop : loops.all()) {
            H shard = make.apply(loop);
            shards.add(shard);
            ticks.add(loop.scheduleAtFixedRate(shard::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS));
        }
    }

    /** Asks something of each of them in turn. */
    void next(Consumer<H> command, Runnable whenStopped) {
        H shard = shards.get(Math.floorMod(asked.getAndIncrement(), shards.size()));
        try {
            shard.loop().execute(() -> command.accept(shard));
        } catch (RejectedExecutionException stopped) {
            whenStopped.run();
        }
    }

    /** Asks all of them, and tells what they say on some event loop. */
    <A> void ask(Function<H, List<A>> question, Consumer<List<A>> whenAnswered) {
        new EveryLoop<H>(shards, RelayShard::loop, RelayShard::onFault).ask(question, whenAnswered);
    }

    /** Ends one and tells whether there was one, on some event loop. */
    void end(String id, Consumer<Boolean> whenDone) {
        ask(shard -> List.of(shard.end(id)), ended -> whenDone.accept(ended.contains(true)));
    }

    /** Ends all of a bare JID and tells how many there were, on some event loop. */
    void endAllOf(String account, Consumer<Integer> whenDone) {
        ask(shard -> List.of(shard.endAllOf(account)),
                ended -> whenDone.accept(ended.stream().mapToInt(Integer::intValue).sum()));
    }

    /**
     * Opens nothing new, lets those there are go on until the deadline, then ends them.
     *
     * @return completes with how many were cut
     */
    CompletableFuture<Integer> drain(Duration deadline) {
        long deadlineNanos = nanoTime.getAsLong() + deadline.toNanos();
        List<CompletableFuture<Integer>> parts = new ArrayList<>();
        for (H shard : shards) {
            CompletableFuture<Integer> part = new CompletableFuture<>();
            parts.add(part);
            shard.loop().execute(() -> shard.drain(deadlineNanos, part));
        }
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
                .thenApply(done -> parts.stream().mapToInt(CompletableFuture::join).sum());
    }

    /** Ends everything at once. */
    void close() {
        ticks.forEach(tick -> tick.cancel(false));
        for (H shard : shards) {
            shard.loop().submit(shard::close).awaitUninterruptibly(1, TimeUnit.SECONDS);
        }
    }

    /** Runs on every loop what is otherwise run by the clock, and waits for it; for tests in virtual time. */
    void tickNow() {
        shards.forEach(shard -> shard.loop().submit(shard::tick).syncUninterruptibly());
    }
}
