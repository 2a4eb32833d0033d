// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import im.thingle.relay.account.CloseReason;
import im.thingle.relay.account.Refusal;
import im.thingle.relay.net.StreamSocket;
import im.thingle.relay.socks5.Socks5Handshake;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The sockets of brokered bytestreams that are parked on one event loop, one for each {@link BrokeredLeg}. Confined to
 * its event loop.
 */
final class BrokeredLegs implements ParkedLeg.Owner {
    private final LoopContext context;
    private final Parking parking;
    private final ActiveStreams active;
    private final Map<ParkedLeg, BrokeredLeg> parked = new HashMap<>();

    BrokeredLegs(LoopContext context, Parking parking, ActiveStreams active) {
        this.context = context;
        this.parking = parking;
        this.active = active;
    }

    /** A socket whose handshake named a key of this leg; it waits for its reply, on this loop already. */
    void arrive(BrokeredLeg leg, StreamSocket socket, Socks5Handshake handshake) {
        assert context.loop().inEventLoop();
        if (active.isOver()) {
            parking.discard(socket);
            return;
        }
        ParkedLeg newcomer = parking.receive(socket, handshake, this);
        if (leg.parked() != null && leg.parked().hasLeft()) {
            unpark(leg.parked(), CloseReason.LEFT);
        }
        if (leg.isReleased()) {
            parking.refuse(newcomer, handshake, Refusal.UNKNOWN_HASH);
        } else if (leg.isOccupied()) {
            parking.refuse(newcomer, handshake, Refusal.HASH_TAKEN);
        } else {
            park(leg, newcomer);
            if (!parking.admit(newcomer, handshake)) {
                unpark(newcomer, CloseReason.LEFT);
            }
        }
    }

    /** Forgets a leg and what is parked for it. */
    void release(BrokeredLeg leg) {
        assert context.loop().inEventLoop();
        leg.release();
        if (leg.parked() != null) {
            unpark(leg.parked(), CloseReason.ENDED);
        }
    }

    /** Takes what is parked for a leg, which stays counted until it is a stream's; null if there is nothing. */
    ParkedLeg take(BrokeredLeg leg) {
        assert context.loop().inEventLoop();
        ParkedLeg taken = leg.take();
        parked.remove(taken);
        return taken;
    }

    /** What was taken is not needed after all. */
    void giveBack(BrokeredLeg leg, ParkedLeg taken) {
        assert context.loop().inEventLoop();
        park(leg, taken);
        if (leg.isReleased() || active.isOver()) {
            unpark(taken, leg.isReleased() ? CloseReason.ENDED : CloseReason.DRAINED);
        }
    }

    /** Makes a stream of what is parked for a leg, for somebody to read and write. */
    void bridge(BrokeredLeg leg, Parties parties, BridgeListener listener, BridgeAnswer answer) {
        assert context.loop().inEventLoop();
        List<ParkedLeg> there = leg.parked() == null ? List.of() : List.of(leg.parked());
        Refusal refusal = active.admit(leg.key(), parties, there, 1);
        if (refusal != null) {
            answer.refused(refusal);
            return;
        }
        ParkedLeg taken = take(leg);
        parking.leave(taken);
        BridgedLeg bridged = active.bridge(leg.key(), parties, taken.socket(), listener);
        answer.bridged(new BridgeCommands(context.loop(), bridged));
        bridged.start();
    }

    /** Ends what is due. */
    void sweep(long now) {
        if (active.isOver()) {
            unparkAll();
        }
        for (ParkedLeg leg : List.copyOf(parked.keySet())) {
            if (leg.isDue(now)) {
                unpark(leg, leg.hasLeft() ? CloseReason.LEFT : CloseReason.PARKED_TIMEOUT);
            }
        }
    }

    void unparkAll() {
        List.copyOf(parked.keySet()).forEach(leg -> unpark(leg, CloseReason.DRAINED));
    }

    @Override
    public void broken(ParkedLeg leg) {
        unpark(leg, CloseReason.LEFT);
    }

    @Override
    public void ended(ParkedLeg leg) {
        parking.ended(leg);
    }

    @Override
    public void fault(ParkedLeg leg, Throwable bug) {
        context.events().bug("parked leg of " + leg.socket().remoteAddress(), bug);
        unpark(leg, CloseReason.LEFT);
    }

    private void park(BrokeredLeg leg, ParkedLeg socket) {
        leg.park(socket);
        parked.put(socket, leg);
    }

    private void unpark(ParkedLeg socket, CloseReason why) {
        BrokeredLeg leg = parked.remove(socket);
        if (leg != null) { // else it has gone before
            leg.vacate();
            parking.end(socket, why);
        }
    }
}
