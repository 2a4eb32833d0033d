// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.account.Accounts;
import im.thingle.relay.net.EventLoops;
import im.thingle.relay.udp.EngineSettings;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/** The relay channels of Jingle Relay Nodes (XEP-0278) on all event loops. Safe from any thread. */
public final class ChannelService implements AutoCloseable {
    private final RelayTally tally;
    private final RelayShards<ChannelShard> shards;
    private final ChannelCommands commands;

    private ChannelService(RelayTally tally, RelayShards<ChannelShard> shards) {
        this.tally = tally;
        this.shards = shards;
        commands = new ChannelCommands(shards);
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
        RelayLimits<ChannelRefusal> limits =
                new RelayLimits<>(RelayKind.CHANNEL, settings.channels(), settings.channelsPerJid(), accounts);
        RelayShard.Common<ChannelEnd, ChannelRefusal> common = new RelayShard.Common<>(
                RelayKind.CHANNEL, loops.transport(), engine, limits, new RelayTally(), nanoTime);
        return new ChannelService(common.tally(), new RelayShards<>(
                loops, nanoTime, loop -> new ChannelShard(loop, common, settings, events)));
    }

    public ChannelCommands commands() {
        return commands;
    }

    /** How things stand. */
    public ChannelGauges gauges() {
        return new ChannelGauges(tally.open.sum(), tally.bytes.sum(), tally.packets.sum(), tally.dropped.sum());
    }

    /**
     * Opens no new channels, lets those there are go on until the deadline, then ends them.
     *
     * @return completes with how many were cut
     */
    public CompletableFuture<Integer> drain(Duration deadline) {
        return shards.drain(deadline);
    }

    /** Ends everything at once. */
    @Override
    public void close() {
        shards.close();
    }

    /** Runs on every loop what is otherwise run by the clock, and waits for it; for tests in virtual time. */
    void tickNow() {
        shards.tickNow();
    }
}
