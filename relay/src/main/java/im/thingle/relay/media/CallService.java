// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.account.Accounts;
import im.thingle.relay.net.EventLoops;
import im.thingle.relay.udp.EngineSettings;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * Calls between two parties, each of which is reached with ICE (RFC 8445), on all event loops. Safe from any thread.
 */
public final class CallService implements AutoCloseable {
    private final RelayTally tally;
    private final IceWorker worker;
    private final RelayShards<CallShard> shards;
    private final CallCommands commands;

    private CallService(EventLoops loops, RelayShard.Common<CallEnd, CallRefusal> common, CallShard.Shared shared) {
        tally = common.tally();
        worker = shared.worker();
        shards = new RelayShards<>(loops, common.nanoTime(), loop -> new CallShard(loop, common, shared));
        commands = new CallCommands(shards);
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
        RelayLimits<CallRefusal> limits =
                new RelayLimits<>(RelayKind.CALL, settings.calls(), settings.callsPerJid(), accounts);
        return new CallService(
                loops,
                new RelayShard.Common<>(
                        RelayKind.CALL, loops.transport(), engine, limits, new RelayTally(), nanoTime),
                new CallShard.Shared(settings, events, new IceWorker(events)));
    }

    public CallCommands commands() {
        return commands;
    }

    /** How things stand. */
    public CallGauges gauges() {
        return new CallGauges(tally.open.sum(), tally.bytes.sum(), tally.packets.sum(), tally.dropped.sum());
    }

    /**
     * Opens no new calls, lets those there are go on until the deadline, then ends them.
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
        worker.close();
    }

    /** Lets the agents wait for this; for tests. */
    void holdAgents(Runnable wait) {
        worker.execute(wait);
    }

    /** Runs on every loop what is otherwise run by the clock, and waits for it; for tests in virtual time. */
    void tickNow() {
        shards.tickNow();
    }
}
