// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.account.Charge;
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
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * The calls, or the channels, of one event loop, from the moment they are asked for to their end. Confined to its event
 * loop.
 *
 * @param <S> one of them
 * @param <E> why it ends
 * @param <R> what is told of it
 * @param <F> why there is none
 */
abstract class RelayShard<S extends Relayed<E, R>, E, R, F> {
    /** What all shards of a service have in common. */
    record Common<E, F>(
            RelayKind<E, F> kind,
            Transport transport,
            EngineSettings engine,
            RelayLimits<F> limits,
            RelayTally tally,
            LongSupplier nanoTime) {}

    private final IoEventLoop loop;
    private final Common<E, F> common;
    private final Entropy entropy = new SecureEntropy();
    private final Map<String, S> open = new HashMap<>();
    /** Made for the first of them: a loop that has none pays nothing for an engine. */
    private DatagramEngine engine;
    private long talliedEngineDrops;
    private boolean draining;
    private long drainDeadlineNanos;
    private CompletableFuture<Integer> whenDrained;

    RelayShard(IoEventLoop loop, Common<E, F> common) {
        this.loop = loop;
        this.common = common;
    }

    /** Binds its ports; null, or why not, and then the caller is to close it. */
    abstract F bind(S one, DatagramEngine on);

    /** It has ended: tells whoever is to know. */
    abstract void tellEnd(S one, R report);

    /** Of something that all of them suffer from, or one. */
    abstract void onFault(Throwable bug);

    /** Takes a place, makes one and binds its ports; if that cannot be, nothing is left of it. */
    void open(String account, BiFunction<String, Charge, S> make, Consumer<S> whenOpen, Consumer<F> whenRefused) {
        assert loop.inEventLoop();
        F refusal = draining ? common.kind().draining() : common.limits().take(account, now());
        if (refusal != null) {
            whenRefused.accept(refusal);
            return;
        }
        S one = make(account, make);
        refusal = one == null ? common.kind().fault() : bind(one);
        if (refusal != null) {
            common.limits().giveBack(account);
            if (one != null) {
                attempt(one::close);
            }
            whenRefused.accept(refusal);
            return;
        }
        open.put(one.id(), one);
        common.tally().open.increment();
        whenOpen.accept(one);
    }

    private S make(String account, BiFunction<String, Charge, S> make) {
        Charge charge = common.limits().charge(account, now());
        try {
            return make.apply(HexFormat.of().toHexDigits(entropy.nextLong()), charge);
        } catch (RuntimeException | Error bug) {
            charge.close();
            onFault(bug);
            return null;
        }
    }

    private F bind(S one) {
        try {
            if (engine == null) {
                engine = DatagramEngine.on(loop, common.transport(), common.engine());
            }
            return bind(one, engine);
        } catch (IOException noEngine) {
            return common.kind().outOfDescriptors();
        } catch (RuntimeException | Error bug) {
            onFault(bug);
            return common.kind().fault();
        }
    }

    /** Does something with one, if there is one of this name. */
    void with(String id, Consumer<S> command) {
        S one = open.get(id);
        if (one != null) {
            command.accept(one);
        }
    }

    /** Ends one; false if there is none of that name here. */
    boolean end(String id) {
        assert loop.inEventLoop();
        S one = open.get(id);
        if (one != null) {
            end(one, common.kind().ended());
        }
        return one != null;
    }

    /** Ends all of an account, and tells how many there were. */
    int endAllOf(String account) {
        assert loop.inEventLoop();
        List<S> its = open.values().stream().filter(each -> each.account().equals(account)).toList();
        its.forEach(one -> end(one, common.kind().ended()));
        return its.size();
    }

    List<R> reportsOf(Predicate<S> wanted) {
        assert loop.inEventLoop();
        return open.values().stream().filter(wanted).map(one -> one.report(null)).toList();
    }

    /** To be called a few times a second. */
    void tick() {
        long now = now();
        List.copyOf(open.values()).forEach(one -> sweep(one, now));
        if (engine != null) {
            long drops = engine.counters().dropped();
            common.tally().dropped.add(drops - talliedEngineDrops);
            talliedEngineDrops = drops;
        }
        sweepDrain(now);
    }

    /** One bug must not stop the clock of the others. */
    private void sweep(S one, long now) {
        attempt(() -> {
            one.tally(common.tally());
            E due = one.due(now);
            if (due != null) {
                end(one, due);
            }
        });
    }

    /**
     * Opens nothing new, and completes with how many had to be cut at the deadline; asked again, with the same, and the
     * earlier deadline counts.
     */
    void drain(long deadlineNanos, CompletableFuture<Integer> drained) {
        draining = true;
        if (whenDrained == null) {
            whenDrained = drained;
            drainDeadlineNanos = deadlineNanos;
        } else {
            whenDrained.thenAccept(drained::complete);
            drainDeadlineNanos = deadlineNanos - drainDeadlineNanos < 0 ? deadlineNanos : drainDeadlineNanos;
        }
        sweepDrain(now());
    }

    private void sweepDrain(long now) {
        int left = open.size();
        if (whenDrained != null && left == 0) {
            whenDrained.complete(0);
        } else if (whenDrained != null && now - drainDeadlineNanos >= 0) {
            endAll();
            whenDrained.complete(left);
        }
    }

    /** Ends everything. */
    void close() {
        draining = true;
        endAll();
        if (engine != null) {
            engine.close();
            engine = null;
        }
    }

    long now() {
        return common.nanoTime().getAsLong();
    }

    IoEventLoop loop() {
        return loop;
    }

    Entropy entropy() {
        return entropy;
    }

    RelayKind<E, F> kind() {
        return common.kind();
    }

    private void endAll() {
        List.copyOf(open.values()).forEach(one -> end(one, common.kind().drained()));
    }

    /**
     * One bug must keep neither this one's ports and place nor the others from their end; once more does nothing.
     */
    void end(S one, E reason) {
        if (open.remove(one.id()) == null) {
            return;
        }
        common.limits().giveBack(one.account());
        common.tally().open.decrement();
        attempt(() -> one.tally(common.tally()));
        attempt(one::close);
        attempt(() -> tellEnd(one, one.report(reason)));
    }

    void attempt(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error bug) {
            onFault(bug);
        }
    }
}
