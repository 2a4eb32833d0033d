// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import im.thingle.stun.attribute.TransportAddress.Family;
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

    /** The client is about to move: both five-tuples lead to its allocation until it is active on the new one. */
    void prepareMove(Allocation allocation, FiveTuple to) {
        abandonMove(allocation);
        allocation.ticket().pending(to);
        byTuple.put(to, allocation);
        out.moving(allocation, to);
    }

    /** The client is where it was about to go: nothing is for its old five-tuple any more, nor comes from there. */
    void completeMove(Allocation allocation) {
        MobilityTicket ticket = allocation.ticket();
        FiveTuple from = allocation.client();
        FiveTuple to = ticket.pending();
        if (!from.equals(to)) {
            byTuple.remove(from, allocation);
        }
        ticket.pending(null);
        allocation.moveTo(to);
        out.moved(allocation, from, to);
    }

    /** The client does not go where it was about to. */
    void abandonMove(Allocation allocation) {
        FiveTuple pending = pending(allocation);
        if (pending != null) {
            byTuple.remove(pending, allocation);
            allocation.ticket().pending(null);
            out.notMoving(allocation, pending);
        }
    }

    /** The client does something that is no move: if it does that where it was about to go, it is there. */
    void onActive(Allocation allocation, FiveTuple from) {
        if (from.equals(pending(allocation))) {
            allocation.ticket().confirm();
            completeMove(allocation);
        }
    }

    private static FiveTuple pending(Allocation allocation) {
        return allocation.ticket() == null ? null : allocation.ticket().pending();
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
        abandonMove(allocation);
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

    /** Ends one family, of two that the allocation has, with its channels and permissions (RFC 8656 §8.1). */
    void end(Allocation allocation, Family family) {
        if (allocation.hasChannels()) {
            for (Channel channel : allocation.channels().all()) {
                if (channel.peer().family() == family) {
                    allocation.channels().remove(channel);
                    out.channelUnbound(allocation, channel);
                }
            }
        }
        allocation.permissions().clear(family);
        out.closeRelay(allocation, family);
        allocation.giveUp(family);
    }

    /** Ends the family of a dual allocation whose time is over, if the other's is not. */
    void endFamilyOver(Allocation allocation, long nowNanos) {
        if (allocation.isDual()) {
            if (!allocation.isLive(Family.IPV4, nowNanos)) {
                end(allocation, Family.IPV4);
            } else if (!allocation.isLive(Family.IPV6, nowNanos)) {
                end(allocation, Family.IPV6);
            }
        }
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
        if (allocation != null) {
            endFamilyOver(allocation, nowNanos);
        }
        return allocation;
    }
}
