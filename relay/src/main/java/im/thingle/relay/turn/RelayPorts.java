// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.attribute.TransportAddress.Family;
import im.thingle.stun.auth.Entropy;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The ports of all relayed addresses, and those kept for the next request of a client (RFC 8656 §7.2,
 * RESERVATION-TOKEN). A process has one of these for all that relays. Safe from any thread.
 */
public final class RelayPorts {
    /** How long a port is kept: what RFC 8656 §7.2 asks for at least. */
    static final long RESERVED_NANOS = 30_000_000_000L;

    private static final int LEAST_KEPT = 8;
    /** One of so many ports may be kept: no quota counts them, and they outlive the allocation that asked. */
    private static final int KEPT_OF = 8;

    /** One relayed address. */
    private record Site(TransportAddress bind, TransportAddress announced, PortPool pool) {
        boolean isAliased() {
            return !bind.equals(announced);
        }
    }

    /** A port that is ours until it is closed. Confined to whoever has it. */
    public static final class Lease implements AutoCloseable {
        private final Site site;
        private final int port;
        private boolean closed;

        private Lease(Site site, int port) {
            this.site = site;
            this.port = port;
        }

        /** What to bind. */
        public TransportAddress bind() {
            return at(site.bind, port);
        }

        /** What the world is told. */
        public TransportAddress announced() {
            return at(site.announced, port);
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                site.pool.giveBack(port);
            }
        }
    }

    private record Reservation(Lease lease, long deadlineNanos) {}

    private final PortRange range;
    private final List<Site> sites = new ArrayList<>();
    private final boolean aliased;
    private final ConcurrentHashMap<Long, Reservation> reservations = new ConcurrentHashMap<>();

    public RelayPorts(List<RelayAddress> addresses, PortRange range) {
        this.range = range;
        for (RelayAddress address : addresses) {
            sites.add(new Site(of(address.bind()), of(address.announced()), new PortPool(range)));
        }
        aliased = sites.stream().anyMatch(Site::isAliased);
    }

    /** Whether there is an address of this family at all. */
    public boolean has(Family family) {
        return sites.stream().anyMatch(site -> site.bind.family() == family);
    }

    /** A port of this family, or null if all are taken. */
    public Lease take(Family family, boolean even, Entropy entropy) {
        for (Site site : sites) {
            if (site.bind.family() == family) {
                int port = even ? site.pool.takeEven(entropy) : site.pool.take(entropy);
                if (port != PortPool.NONE) {
                    return new Lease(site, port);
                }
            }
        }
        return null;
    }

    /** Like {@link #takePair}, for one that is to be kept: null also if too many are kept already. */
    Lease[] takePairToReserve(Family family, Entropy entropy) {
        return reservations.size() >= Math.max(LEAST_KEPT, range.size() / KEPT_OF) ? null : takePair(family, entropy);
    }

    /** An even port and the next one, or null if no such two are free. */
    public Lease[] takePair(Family family, Entropy entropy) {
        for (Site site : sites) {
            if (site.bind.family() == family) {
                int port = site.pool.takePair(entropy);
                if (port != PortPool.NONE) {
                    return new Lease[] {new Lease(site, port), new Lease(site, port + 1)};
                }
            }
        }
        return null;
    }

    /** Keeps a port for a while, for whoever shows the token. */
    byte[] reserve(Lease lease, Entropy entropy, long nowNanos) {
        Reservation reservation = new Reservation(lease, nowNanos + RESERVED_NANOS);
        long token;
        do {
            token = entropy.nextLong();
        } while (reservations.putIfAbsent(token, reservation) != null);
        return ByteBuffer.allocate(Long.BYTES).putLong(token).array();
    }

    /** The port that was kept under this token, or null. */
    Lease claim(byte[] token, long nowNanos) {
        Reservation reservation =
                token.length == Long.BYTES ? reservations.remove(ByteBuffer.wrap(token).getLong()) : null;
        if (reservation == null) {
            return null;
        }
        if (nowNanos - reservation.deadlineNanos >= 0) {
            reservation.lease.close();
            return null;
        }
        return reservation.lease;
    }

    /** Gives back what was kept in vain; to be called now and then. */
    void sweep(long nowNanos) {
        reservations.forEach((token, reservation) -> {
            if (nowNanos - reservation.deadlineNanos >= 0 && reservations.remove(token, reservation)) {
                reservation.lease.close();
            }
        });
    }

    /** How many are given out or kept. */
    public long inUse() {
        return sites.stream().mapToLong(site -> site.pool.inUse()).sum();
    }

    /** Whether some address is announced as another, so that the next two have something to do. */
    boolean isAliased() {
        return aliased;
    }

    /**
     * Where a peer really is: another allocation of ours is reached at its bound address, since a NAT need not turn us
     * around.
     */
    TransportAddress reachable(TransportAddress peer) {
        for (Site site : sites) {
            if (isAt(site.announced, peer)) {
                return at(site.bind, peer.port());
            }
        }
        return peer;
    }

    /** As whom a peer is known: another allocation of ours by its announced address. */
    TransportAddress known(TransportAddress source) {
        for (Site site : sites) {
            if (isAt(site.bind, source)) {
                return at(site.announced, source.port());
            }
        }
        return source;
    }

    /** What the world sees in place of an address of this machine, at any port. */
    TransportAddress announced(TransportAddress bound) {
        for (Site site : sites) {
            if (isOf(site.bind, bound)) {
                return at(site.announced, bound.port());
            }
        }
        return bound;
    }

    private static boolean isOf(TransportAddress site, TransportAddress address) {
        return site.low() == address.low() && site.high() == address.high() && site.family() == address.family();
    }

    private boolean isAt(TransportAddress site, TransportAddress peer) {
        return isOf(site, peer)
                && peer.port() >= range.first()
                && peer.port() <= range.last();
    }

    private static TransportAddress of(InetAddress address) {
        return TransportAddress.of(address.getAddress(), 0);
    }

    private static TransportAddress at(TransportAddress site, int port) {
        return new TransportAddress(site.family(), site.high(), site.low(), port);
    }
}
