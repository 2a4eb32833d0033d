// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.net.Transport;
import im.thingle.relay.turn.SecureEntropy;
import im.thingle.relay.udp.DatagramEngine;
import im.thingle.relay.udp.EngineSettings;
import im.thingle.stun.auth.Entropy;
import io.netty.channel.IoEventLoop;
import java.io.IOException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/** The channels of one event loop. Confined to its event loop. */
final class ChannelShard {
    /** What all shards of a service have in common. */
    record Shared(
            Transport transport,
            ChannelSettings settings,
            ChannelEvents events,
            ChannelLimits limits,
            ChannelTally tally,
            EngineSettings engine,
            LongSupplier nanoTime) {}

    private final IoEventLoop loop;
    private final Shared shared;
    private final Entropy entropy = new SecureEntropy();
    private final Map<String, RelayChannel> channels = new HashMap<>();
    /** Made for the first channel: a loop that has none pays nothing for an engine. */
    private DatagramEngine engine;
    private long talliedEngineDrops;
    private boolean draining;
    private long drainDeadlineNanos;
    private CompletableFuture<Integer> whenDrained;

    ChannelShard(IoEventLoop loop, Shared shared) {
        this.loop = loop;
        this.shared = shared;
    }

    void open(ChannelOwner owner, ChannelAnswer answer) {
        assert loop.inEventLoop();
        ChannelRefusal refusal = draining ? ChannelRefusal.DRAINING : shared.limits().take(owner.account(), now());
        if (refusal != null) {
            refuse(refusal, owner, answer);
            return;
        }
        RelayChannel channel = new RelayChannel(HexFormat.of().toHexDigits(entropy.nextLong()), owner, this,
                shared.limits().shaper(now()), shared.limits().charge(owner.account(), now()));
        refusal = start(channel);
        if (refusal != null) {
            shared.limits().giveBack(owner.account());
            channel.close();
            refuse(refusal, owner, answer);
            return;
        }
        channels.put(channel.id(), channel);
        shared.tally().channels.increment();
        ChannelReport opened = channel.report(null);
        shared.events().opened(opened);
        answer.opened(opened);
    }

    private ChannelRefusal start(RelayChannel channel) {
        try {
            if (engine == null) {
                engine = DatagramEngine.on(loop, shared.transport(), shared.engine());
            }
            ChannelRefusal refusal = new ChannelOpener(engine, shared.settings().ports(), entropy).open(channel);
            if (refusal == null) {
                channel.start();
            }
            return refusal;
        } catch (IOException noEngine) {
            return ChannelRefusal.OUT_OF_DESCRIPTORS;
        } catch (RuntimeException | Error bug) {
            onFault(bug);
            return ChannelRefusal.FAULT;
        }
    }

    private void refuse(ChannelRefusal why, ChannelOwner owner, ChannelAnswer answer) {
        shared.events().refused(why, owner);
        answer.refused(why);
    }

    /** Ends one; false if there is none of that name here. */
    boolean end(String id) {
        assert loop.inEventLoop();
        RelayChannel channel = channels.get(id);
        if (channel != null) {
            close(channel, ChannelEnd.ENDED);
        }
        return channel != null;
    }

    /** Ends all of an account, and tells how many there were. */
    int endAllOf(String account) {
        assert loop.inEventLoop();
        List<RelayChannel> its =
                channels.values().stream().filter(each -> each.owner().account().equals(account)).toList();
        its.forEach(channel -> close(channel, ChannelEnd.ENDED));
        return its.size();
    }

    List<ChannelReport> reports(Predicate<ChannelOwner> whose) {
        assert loop.inEventLoop();
        return channels.values().stream()
                .filter(channel -> whose.test(channel.owner()))
                .map(channel -> channel.report(null))
                .toList();
    }

    /** To be called a few times a second. */
    void tick() {
        long now = now();
        List.copyOf(channels.values()).forEach(channel -> sweep(channel, now));
        if (engine != null) {
            long drops = engine.counters().dropped();
            shared.tally().dropped.add(drops - talliedEngineDrops);
            talliedEngineDrops = drops;
        }
        if (whenDrained != null) {
            sweepDrain(now);
        }
    }

    /** One bug must not stop the clock of the other channels. */
    private void sweep(RelayChannel channel, long now) {
        attempt(() -> {
            channel.tally(shared.tally());
            if (channel.silentNanos(now) >= settings().idleTimeout().toNanos()) {
                close(channel, ChannelEnd.IDLE);
            } else if (channel.exhausted()) {
                close(channel, ChannelEnd.BYTES_PER_DAY);
            }
        });
    }

    /** Opens nothing new, and completes with how many channels had to be cut at the deadline. */
    void drain(long deadlineNanos, CompletableFuture<Integer> drained) {
        draining = true;
        drainDeadlineNanos = deadlineNanos;
        whenDrained = drained;
        sweepDrain(now());
    }

    private void sweepDrain(long now) {
        int left = channels.size();
        if (left == 0) {
            whenDrained.complete(0);
        } else if (now - drainDeadlineNanos >= 0) {
            closeAll();
            whenDrained.complete(left);
        }
    }

    /** Ends everything. */
    void close() {
        draining = true;
        closeAll();
        if (engine != null) {
            engine.close();
            engine = null;
        }
    }

    /** Without its name: a fault that strikes all of them is one line in the log. */
    void onFault(Throwable bug) {
        shared.events().bug("channel", bug);
    }

    long now() {
        return shared.nanoTime().getAsLong();
    }

    IoEventLoop loop() {
        return loop;
    }

    ChannelSettings settings() {
        return shared.settings();
    }

    private void closeAll() {
        List.copyOf(channels.values()).forEach(channel -> close(channel, ChannelEnd.DRAINED));
    }

    /** One bug must keep neither this channel's ports and place nor the other channels from their end. */
    private void close(RelayChannel channel, ChannelEnd reason) {
        channels.remove(channel.id());
        shared.limits().giveBack(channel.owner().account());
        shared.tally().channels.decrement();
        attempt(() -> channel.tally(shared.tally()));
        attempt(channel::close);
        attempt(() -> shared.events().closed(channel.report(reason)));
    }

    private void attempt(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error bug) {
            onFault(bug);
        }
    }
}
