// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.account.Charge;
import im.thingle.stun.attribute.TransportAddress.Family;
import io.netty.channel.EventLoop;
import java.util.List;

/**
 * What all calls have in common, wherever their media goes: parties with an ICE leg each, an account, an end. Confined
 * to its event loop.
 */
abstract class Call extends Relayed<CallEnd, CallReport> {
    private final CallOwner owner;
    private final CallShard shard;
    private long agreedNanos;
    private long connectedNanos;
    private boolean answered;
    private boolean agreed;
    private boolean connected;

    Call(String id, CallOwner owner, CallShard shard, Charge charge) {
        super(id, owner.account(), shard, charge);
        this.owner = owner;
        this.shard = shard;
    }

    /** One for each party, in the order of {@link CallParty}. */
    abstract List<IceLeg> legs();

    /** All agents are there: gives whoever asked his answer. */
    abstract void answer(CallControl control);

    abstract void refuse(CallRefusal why);

    /** All parties are reached, for the first time. */
    abstract void tellConnected();

    /** A party has begun anew. */
    abstract void restarted(CallParty party, IceDescription ours);

    abstract void tellEnded(CallReport report);

    CallOwner owner() {
        return owner;
    }

    CallShard shard() {
        return shard;
    }

    EventLoop loop() {
        return shard.loop();
    }

    IceWorker worker() {
        return shard.worker();
    }

    IceGate gate() {
        return shard.gate();
    }

    boolean has(Family family) {
        return shard.settings().ports().has(family);
    }

    /**
     * Everything is bound: all parties are heard from now on, and whoever asked gets his answer when all agents are
     * there.
     */
    void gather() {
        for (IceLeg leg : legs()) {
            leg.components().forEach(component -> component.sockets().forEach(IceSocket::start));
            leg.gather(() -> {
                if (legs().stream().allMatch(each -> each.ours() != null)) {
                    answered = true;
                    answer(new CallControl(shard, id()));
                }
            });
        }
    }

    void theirs(CallParty party, IceDescription theirs) {
        legs().get(party.ordinal()).theirs(theirs);
    }

    void reduce(int components) {
        legs().forEach(leg -> leg.reduce(components));
    }

    void start(CallParty party) {
        legs().get(party.ordinal()).start();
        if (!agreed && legs().stream().allMatch(IceLeg::isStarted)) {
            agreed = true;
            agreedNanos = now();
        }
    }

    void onNominated() {
        if (!connected && legs().stream().allMatch(IceLeg::isNominated)) {
            connected = true;
            connectedNanos = now();
            shard.onConnected(this);
        }
    }

    void end(CallEnd reason) {
        shard.end(this, reason);
    }

    /** Says that it is over, to who has been told that it is there; else that there is none. */
    void tellEnd(CallReport report) {
        if (answered) {
            tellEnded(report);
        } else {
            refuse(report.reason() == CallEnd.FAULT ? CallRefusal.FAULT : CallRefusal.DRAINING);
        }
    }

    @Override
    CallEnd due(long nowNanos) {
        if (exhausted()) {
            return CallEnd.BYTES_PER_DAY;
        }
        if (agreed && !connected && nowNanos - agreedNanos >= shard.settings().setupTimeout().toNanos()) {
            return CallEnd.UNREACHABLE;
        }
        boolean lost = false;
        for (IceLeg leg : legs()) {
            for (IceComponent component : leg.components()) {
                lost |= component.sweep(nowNanos);
            }
        }
        return lost ? CallEnd.CONSENT_LOST : null;
    }

    /** For how long all parties have been reached; less than zero: they have not. */
    long connectedFor(long nowNanos) {
        return connected ? nowNanos - connectedNanos : -1;
    }

    @Override
    void release() {
        legs().forEach(IceLeg::close);
    }
}
