// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.account.Charge;
import im.thingle.relay.udp.DatagramEngine;
import io.netty.channel.IoEventLoop;
import java.security.SecureRandom;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;

/** The brokered calls of one event loop. Confined to its event loop. */
final class CallShard extends RelayShard<Call, CallEnd, CallReport, CallRefusal> {
    /** What all shards of a service have in common. */
    record Shared(CallSettings settings, CallEvents events, IceWorker worker) {}

    private final Shared shared;
    private final IceGate gate;
    private final BindingMessages messages = new BindingMessages();
    private JcaTlsCrypto crypto;

    CallShard(IoEventLoop loop, Common<CallEnd, CallRefusal> common, Shared shared) {
        super(loop, common);
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
                id, owner, this, charge, new MirroredCall.Order(peer, listener, answer, entropy())));
    }

    private void open(CallOwner owner, Consumer<CallRefusal> whenRefused, BiFunction<String, Charge, Call> make) {
        open(owner.account(), make, this::opened, why -> {
            shared.events().refused(why, owner);
            whenRefused.accept(why);
        });
    }

    private void opened(Call call) {
        shared.events().opened(call.report(null));
        try {
            call.gather();
        } catch (RuntimeException | Error bug) {
            onFault(bug);
            end(call, CallEnd.FAULT);
        }
    }

    @Override
    CallRefusal bind(Call call, DatagramEngine on) {
        return new CallOpener(on, new PortBinder<>(shared.settings().ports(), entropy(), kind())).open(call);
    }

    List<CallReport> reports(Predicate<CallOwner> whose) {
        return reportsOf(call -> whose.test(call.owner()));
    }

    void onConnected(Call call) {
        shared.events().connected(call.report(null));
        call.tellConnected();
    }

    @Override
    void tellEnd(Call call, CallReport report) {
        attempt(() -> shared.events().closed(report));
        attempt(() -> call.tellEnd(report));
    }

    /** Without its name: a fault that strikes all of them is one line in the log. */
    @Override
    void onFault(Throwable bug) {
        shared.events().bug(kind().word(), bug);
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

    BindingMessages messages() {
        return messages;
    }
}
