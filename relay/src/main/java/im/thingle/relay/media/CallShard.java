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
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;

/** The brokered calls of one event loop. Confined to its event loop. */
final class CallShard {
    /** What all shards of a service have in common. */
    record Shared(
            Transport transport,
            CallSettings settings,
            CallEvents events,
            CallLimits limits,
            CallTally tally,
            IceWorker worker,
            EngineSettings engine,
            LongSupplier nanoTime) {}

    private final IoEventLoop loop;
    private final Shared shared;
    private final IceGate gate;
    private final Entropy entropy = new SecureEntropy();
    private final Map<String, Call> calls = new HashMap<>();
    /** Made for the first call: a loop that has none pays nothing for an engine. */
    private DatagramEngine engine;
    private JcaTlsCrypto crypto;
    private long talliedEngineDrops;
    private boolean draining;
    private long drainDeadlineNanos;
    private CompletableFuture<Integer> whenDrained;

    CallShard(IoEventLoop loop, Shared shared) {
        this.loop = loop;
        this.shared = shared;
        gate = new IceGate(shared.settings().peers());
    }

    void open(CallOwner owner, int components, CallListener listener, CallAnswer answer) {
        open(owner, answer::refused,
                (id, charge) -> new RelayedCall(id, owner, components, listener, answer, this, charge));
    }

    /** Opens a call that ends here. */
    void mirror(CallOwner owner, DtlsPeer peer, MirrorListener listener, MirrorAnswer answer) {
        open(owner, answer::refused, (id, charge) -> new MirroredCall(
                id, owner, this, charge, new MirroredCall.Order(peer, listener, answer, entropy)));
    }

    private void open(CallOwner owner, Consumer<CallRefusal> whenRefused, BiFunction<String, Charge, Call> make) {
        assert loop.inEventLoop();
        CallRefusal refusal = draining ? CallRefusal.DRAINING : shared.limits().take(owner.account(), now());
        if (refusal != null) {
            refuse(refusal, owner, whenRefused);
            return;
        }
        Call call = make.apply(
                HexFormat.of().toHexDigits(entropy.nextLong()), shared.limits().charge(owner.account(), now()));
        refusal = bind(call);
        if (refusal != null) {
            shared.limits().giveBack(owner.account());
            call.close();
            refuse(refusal, owner, whenRefused);
            return;
        }
        calls.put(call.id(), call);
        shared.tally().calls.increment();
        shared.events().opened(call.report(null));
        try {
            call.gather();
        } catch (RuntimeException | Error bug) {
            onFault(bug);
            end(call, CallEnd.FAULT);
        }
    }

    private CallRefusal bind(Call call) {
        try {
            if (engine == null) {
                engine = DatagramEngine.on(loop, shared.transport(), shared.engine());
            }
            return new CallOpener(engine, shared.settings().ports(), entropy).open(call);
        } catch (IOException noEngine) {
            return CallRefusal.OUT_OF_DESCRIPTORS;
        } catch (RuntimeException | Error bug) {
            onFault(bug);
            return CallRefusal.FAULT;
        }
    }

    private void refuse(CallRefusal why, CallOwner owner, Consumer<CallRefusal> whenRefused) {
        shared.events().refused(why, owner);
        whenRefused.accept(why);
    }

    /** Does something with a call, if there is one of this name. */
    void with(String id, Consumer<Call> command) {
        Call call = calls.get(id);
        if (call != null) {
            command.accept(call);
        }
    }

    /** Ends a call, and tells whether there was one. */
    boolean end(String id) {
        assert loop.inEventLoop();
        Call call = calls.get(id);
        end(call, CallEnd.ENDED);
        return call != null;
    }

    /** Ends all of an account, and tells how many there were. */
    int endAllOf(String account) {
        assert loop.inEventLoop();
        List<Call> its = calls.values().stream().filter(each -> each.owner().account().equals(account)).toList();
        its.forEach(call -> end(call, CallEnd.ENDED));
        return its.size();
    }

    List<CallReport> reports(Predicate<CallOwner> whose) {
        assert loop.inEventLoop();
        return calls.values().stream()
                .filter(call -> whose.test(call.owner()))
                .map(call -> call.report(null))
                .toList();
    }

    /** To be called a few times a second. */
    void tick() {
        long now = now();
        List.copyOf(calls.values()).forEach(call -> sweep(call, now));
        if (engine != null) {
            long drops = engine.counters().dropped();
            shared.tally().dropped.add(drops - talliedEngineDrops);
            talliedEngineDrops = drops;
        }
        if (whenDrained != null) {
            sweepDrain(now);
        }
    }

    /** One bug must not stop the clock of the other calls. */
    private void sweep(Call call, long now) {
        attempt(() -> {
            call.tally(shared.tally());
            CallEnd due = call.due(now);
            if (due != null) {
                end(call, due);
            }
        });
    }

    /** Opens nothing new, and completes with how many calls had to be cut at the deadline. */
    void drain(long deadlineNanos, CompletableFuture<Integer> drained) {
        draining = true;
        drainDeadlineNanos = deadlineNanos;
        whenDrained = drained;
        sweepDrain(now());
    }

    private void sweepDrain(long now) {
        int left = calls.size();
        if (left == 0) {
            whenDrained.complete(0);
        } else if (now - drainDeadlineNanos >= 0) {
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

    void onConnected(Call call) {
        shared.events().connected(call.report(null));
        call.tellConnected();
    }

    /** Without its name: a fault that strikes all of them is one line in the log. */
    void onFault(Throwable bug) {
        shared.events().bug("call", bug);
    }

    long now() {
        return shared.nanoTime().getAsLong();
    }

    IoEventLoop loop() {
        return loop;
    }

    CallSettings settings() {
        return shared.settings();
    }

    /** For handshakes of calls that end here. */
    JcaTlsCrypto crypto() {
        if (crypto == null) {
            crypto = new JcaTlsCryptoProvider().create(new SecureRandom());
        }
        return crypto;
    }

    IceWorker worker() {
        return shared.worker();
    }

    IceGate gate() {
        return gate;
    }

    private void endAll() {
        List.copyOf(calls.values()).forEach(call -> end(call, CallEnd.DRAINED));
    }

    /**
     * One bug must keep neither this call's ports and place nor the other calls from their end; once more does
     * nothing.
     */
    void end(Call call, CallEnd reason) {
        if (call == null || calls.remove(call.id()) == null) {
            return;
        }
        shared.limits().giveBack(call.owner().account());
        shared.tally().calls.decrement();
        attempt(() -> call.tally(shared.tally()));
        CallReport report = call.report(reason);
        attempt(call::close);
        attempt(() -> shared.events().closed(report));
        attempt(() -> call.tellEnd(report));
    }

    private void attempt(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error bug) {
            onFault(bug);
        }
    }
}
