// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.account.Charge;
import im.thingle.stun.attribute.TransportAddress.Family;
import io.netty.channel.EventLoop;
import java.util.List;

/**
 * A call between two parties that never meet: each has an ICE leg with us, and what is no STUN goes from leg to leg
 * as it is (SRTP and DTLS are the parties' own). Confined to its event loop.
 */
final class RelayedCall {
    private final String id;
    private final CallOwner owner;
    private final CallShard shard;
    private final Charge charge;
    private final CallListener listener;
    private final CallAnswer answer;
    private final IceLeg initiator;
    private final IceLeg responder;
    private final long openedNanos;
    private long agreedNanos;
    private boolean answered;
    private boolean agreed;
    private boolean connected;
    private long packetsDropped;
    // what the sums of all calls know already
    private long talliedBytes;
    private long talliedPackets;
    private long talliedDropped;

    RelayedCall(String id, CallOwner owner, int components, CallListener listener, CallAnswer answer, CallShard shard,
            Charge charge) {
        this.id = id;
        this.owner = owner;
        this.listener = listener;
        this.answer = answer;
        this.shard = shard;
        this.charge = charge;
        openedNanos = shard.now();
        initiator = new IceLeg(this, CallParty.INITIATOR, components);
        responder = new IceLeg(this, CallParty.RESPONDER, components);
        for (int i = 0; i < components; i++) {
            IceComponent.join(initiator.components().get(i), responder.components().get(i));
        }
    }

    String id() {
        return id;
    }

    CallOwner owner() {
        return owner;
    }

    CallListener listener() {
        return listener;
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

    long now() {
        return shard.now();
    }

    boolean has(Family family) {
        return shard.settings().ports().has(family);
    }

    IceLeg leg(CallParty party) {
        return party == CallParty.INITIATOR ? initiator : responder;
    }

    List<IceLeg> legs() {
        return List.of(initiator, responder);
    }

    /**
     * Everything is bound: both parties are heard from now on, and whoever asked gets his answer when both agents are
     * there.
     */
    void gather() {
        for (IceLeg leg : legs()) {
            leg.components().forEach(component -> component.sockets().forEach(IceSocket::start));
            leg.gather(() -> {
                if (initiator.ours() != null && responder.ours() != null) {
                    answered = true;
                    answer.opened(new CallControl(shard, id), initiator.ours(), responder.ours());
                }
            });
        }
    }

    void theirs(CallParty party, IceDescription theirs) {
        leg(party).theirs(theirs);
    }

    void reduce(int components) {
        legs().forEach(leg -> leg.reduce(components));
    }

    void start(CallParty party) {
        leg(party).start();
        if (!agreed && initiator.isStarted() && responder.isStarted()) {
            agreed = true;
            agreedNanos = now();
        }
    }

    void restarted(CallParty party, IceDescription ours) {
        listener.restarted(party, ours);
    }

    void onNominated() {
        if (!connected && initiator.isNominated() && responder.isNominated()) {
            connected = true;
            shard.onConnected(this);
        }
    }

    /** Whether so much more is within the account's rate; books it if it is. */
    boolean mayCarry(int bytes) {
        return !charge.limitsRate() || charge.mayCarry(bytes, now());
    }

    void countDropped() {
        packetsDropped++;
    }

    void onFault(Throwable bug) {
        shard.onFault(bug);
    }

    void end(CallEnd reason) {
        shard.end(this, reason);
    }

    /** Says that it is over, to who has been told that it is there; else that there is none. */
    void tellEnd(CallReport report) {
        if (answered) {
            listener.ended(report);
        } else {
            answer.refused(report.reason() == CallEnd.FAULT ? CallRefusal.FAULT : CallRefusal.DRAINING);
        }
    }

    /** Why it cannot go on; null: it can. */
    CallEnd due(long nowNanos) {
        if (charge.exhausted()) {
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

    /** Adds to the sums, and to the account, what is new since the last time. */
    void tally(CallTally tally) {
        long bytes = initiator.bytes() + responder.bytes();
        long packets = initiator.packets() + responder.packets();
        charge.carried(bytes);
        tally.bytes.add(bytes - talliedBytes);
        tally.packets.add(packets - talliedPackets);
        tally.dropped.add(packetsDropped - talliedDropped);
        talliedBytes = bytes;
        talliedPackets = packets;
        talliedDropped = packetsDropped;
    }

    /** Gives back the ports and the place in the account. */
    void close() {
        legs().forEach(IceLeg::close);
        charge.close();
    }

    /** @param reason null: it is open */
    CallReport report(CallEnd reason) {
        return new CallReport(id, owner, initiator.remote(), responder.remote(), initiator.bytes(), initiator.packets(),
                responder.bytes(), responder.packets(), packetsDropped, now() - openedNanos, reason);
    }
}
