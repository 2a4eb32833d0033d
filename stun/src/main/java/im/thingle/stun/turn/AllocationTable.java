// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import java.util.HashMap;
import java.util.Map;

/**
 * All allocations of a machine: by five-tuple, by ticket, by peer connection and by deadline; and how they end.
 * Confined to its event loop.
 */
final class AllocationTable {
    private final Map<FiveTuple, Allocation> byTuple = new HashMap<>();
    private final Map<Long, Allocation> byTicket = new HashMap<>();
    private final Map<Integer, PeerConnection> connections = new HashMap<>();
    private final DeadlineQueue deadlines = new DeadlineQueue();
    private final AllocationQuotas quotas;
    private final TurnOutput out;
    private int count;

    AllocationTable(AllocationQuotas quotas, TurnOutput out) {
        this.quotas = quotas;
        this.out = out;
    }

    void add(Allocation allocation) {
        byTuple.put(allocation.client(), allocation);
        if (allocation.ticket() != null) {
            byTicket.put(allocation.ticket().id(), allocation);
        }
        deadlines.add(allocation);
        count++;
    }

    /** Brings the allocation's deadline forward if it is later than this. */
    void deadlineBy(Allocation allocation, long atNanos) {
        if (atNanos - allocation.deadlineNanos() < 0) {
            allocation.deadlineNanos(atNanos);
            deadlines.moved(allocation);
        }
    }

    /** Puts the allocation's deadline where it belongs. */
    void reschedule(Allocation allocation) {
        allocation.deadlineNanos(allocation.earliestNanos());
        deadlines.moved(allocation);
    }

    /** The client has moved; its old five-tuple still leads to the allocation until it is let go. */
    void move(Allocation allocation, FiveTuple to) {
        letGo(allocation);
        allocation.ticket().next(allocation.client());
        allocation.moveTo(to);
        byTuple.put(to, allocation);
    }

    /** Nothing comes from the five-tuple any more that the client had before it moved. */
    void letGo(Allocation allocation) {
        MobilityTicket ticket = allocation.ticket();
        if (ticket != null && ticket.previous() != null) {
            if (!ticket.previous().equals(allocation.client())) {
                byTuple.remove(ticket.previous(), allocation);
            }
            ticket.confirm();
        }
    }

    /**
     * Whether the client is where it was last: not if its stream ended and it may come back with a ticket. Until then
     * its five-tuple can become somebody else's.
     */
    boolean isReachable(Allocation allocation) {
        return byTuple.get(allocation.client()) == allocation;
    }

    /** This five-tuple leads nowhere any more, its allocation stays. */
    void forget(FiveTuple tuple) {
        byTuple.remove(tuple);
    }

    void add(PeerConnection connection) {
        connections.put(connection.id(), connection);
        connection.allocation().connections().add(connection);
    }

    void remove(PeerConnection connection) {
        connections.remove(connection.id());
        connection.allocation().connections().remove(connection);
    }

    /** Ends an allocation and all that belongs to it. */
    void end(Allocation allocation, AllocationEnd reason, long nowNanos) {
        letGo(allocation);
        byTuple.remove(allocation.client(), allocation);
        if (allocation.ticket() != null) {
            byTicket.remove(allocation.ticket().id());
        }
        deadlines.remove(allocation);
        count--;
        if (allocation.hasConnections()) {
            for (PeerConnection connection : allocation.connections().all()) {
                connections.remove(connection.id());
            }
        }
        if (allocation.hasChannels()) {
            for (Channel channel : allocation.channels().all()) {
                out.channelUnbound(allocation, channel);
            }
        }
        out.closeRelay(allocation);
        quotas.giveBack(allocation.grant().user(), allocation.grant().client().client());
        out.ended(allocation.report(reason, nowNanos));
    }

    void endAll(AllocationEnd reason, long nowNanos) {
        while (!deadlines.isEmpty()) {
            end(deadlines.first(), reason, nowNanos);
        }
    }

    /** An allocation for which there is something to do now; null: none. */
    Allocation due(long nowNanos) {
        Allocation first = deadlines.first();
        return first != null && first.deadlineNanos() - nowNanos <= 0 ? first : null;
    }

    long nextDeadlineNanos() {
        return deadlines.isEmpty() ? TurnServer.NO_DEADLINE : deadlines.first().deadlineNanos();
    }

    Allocation find(FiveTuple tuple) {
        return byTuple.get(tuple);
    }

    /** As {@link #find}, but ends what is over though nobody told us of the time yet. */
    Allocation findLive(FiveTuple tuple, long nowNanos) {
        return live(byTuple.get(tuple), nowNanos);
    }

    /** The allocation of this ticket; null: none. */
    Allocation findTicket(long id, long nowNanos) {
        return live(byTicket.get(id), nowNanos);
    }

    boolean hasTicket(long id) {
        return byTicket.containsKey(id);
    }

    Allocation ticketHolder(long id) {
        return byTicket.get(id);
    }

    PeerConnection connection(int id) {
        return connections.get(id);
    }

    int count() {
        return count;
    }

    /** How many entries there are in all, for tests of leaks. */
    int entries() {
        return byTuple.size() + byTicket.size() + connections.size();
    }

    private Allocation live(Allocation allocation, long nowNanos) {
        if (allocation != null && !allocation.isLive(nowNanos)) {
            end(allocation, AllocationEnd.EXPIRED, nowNanos);
            return null;
        }
        return allocation;
    }
}
