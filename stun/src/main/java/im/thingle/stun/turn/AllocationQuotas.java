// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.attribute.TransportAddress.Family;
import java.util.HashMap;
import java.util.Map;

/**
 * How many allocations one user and one client network may have at a time, on all event loops together. A network is an
 * IPv4 address or an IPv6 /64, since every household has 2^64 of those. Whoever has no allocation costs nothing. What
 * was taken is given back with the same user and the same client, wherever that has moved to since. Safe from any
 * thread.
 */
public final class AllocationQuotas {
    /** What users have moved today. Safe from any thread. */
    public interface Day {
        /** Whether a user may move no more. */
        boolean isUsedUp(String user);
    }

    private record Network(Family family, long prefix) {
        static Network of(TransportAddress client) {
            boolean ipv4 = client.family() == Family.IPV4
                    || EmbeddedIpv4.isMapped(client.family(), client.high(), client.low());
            return ipv4
                    ? new Network(Family.IPV4, client.low() & 0xFFFF_FFFFL)
                    : new Network(Family.IPV6, client.high());
        }
    }

    private final int perUser;
    private final int perAddress;
    private final Day day;
    // once per allocation's life, never per packet: a lock is good enough
    private final Map<String, Integer> users = new HashMap<>();
    private final Map<Network, Integer> networks = new HashMap<>();

    /** 0: any number. */
    public AllocationQuotas(int perUser, int perAddress) {
        this(perUser, perAddress, user -> false);
    }

    /**
     * 0: any number.
     *
     * @param day asked for each new allocation
     */
    public AllocationQuotas(int perUser, int perAddress, Day day) {
        this.perUser = perUser;
        this.perAddress = perAddress;
        this.day = day;
    }

    /** Takes one for both; null, or why not, and then nothing is taken. */
    public synchronized TurnRefusal take(String user, TransportAddress client) {
        if (day.isUsedUp(user)) {
            return TurnRefusal.BYTES_PER_DAY;
        }
        if (!take(users, user, perUser)) {
            return TurnRefusal.ALLOCATIONS_PER_USER;
        }
        if (!take(networks, Network.of(client), perAddress)) {
            giveBack(users, user, perUser);
            return TurnRefusal.ALLOCATIONS_PER_ADDRESS;
        }
        return null;
    }

    /**
     * Gives back what {@link #take} took.
     *
     * @throws IllegalStateException if nothing was taken
     */
    public synchronized void giveBack(String user, TransportAddress client) {
        giveBack(users, user, perUser);
        giveBack(networks, Network.of(client), perAddress);
    }

    /** How many users and networks have something now. */
    synchronized int remembered() {
        return users.size() + networks.size();
    }

    private static <K> boolean take(Map<K, Integer> taken, K who, int limit) {
        if (limit == 0) {
            return true;
        }
        int has = taken.getOrDefault(who, 0);
        if (has < limit) {
            taken.put(who, has + 1);
        }
        return has < limit;
    }

    private static <K> void giveBack(Map<K, Integer> taken, K who, int limit) {
        if (limit == 0) {
            return;
        }
        Integer has = taken.get(who);
        if (has == null) {
            throw new IllegalStateException("an allocation was given back that " + who + " never had");
        }
        if (has == 1) {
            taken.remove(who);
        } else {
            taken.put(who, has - 1);
        }
    }
}
