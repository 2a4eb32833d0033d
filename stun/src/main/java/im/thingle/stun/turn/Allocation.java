// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.attribute.TransportAddress.Family;

/**
 * An allocation, RFC 8656 §2.2: a relayed address or two, lent to a client for a while, with the peers it may talk to.
 * What the data plane reads and counts per packet leaves no garbage; what few allocations have is made when it is
 * needed. Confined to its event loop.
 */
public final class Allocation {
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final AllocationGrant grant;
    private final TurnSettings settings;
    private final long startedNanos;
    private FiveTuple client;
    private TransportAddress relayedV4;
    private TransportAddress relayedV6;
    private PermissionTable permissions;
    private ChannelTable channels;
    private PeerConnectionTable connections;
    private MobilityTicket ticket;
    private Object attachment;
    /** Null: its user has no rate. */
    private Allowance allowance;

    private long expiresV4Nanos;
    private long expiresV6Nanos;
    private long deadlineNanos;
    private int queueIndex = -1;
    /** When the bucket will be full again: a rate limit in one number. */
    private long bucketFullNanos;

    private long bytesToPeer;
    private long packetsToPeer;
    private long bytesToClient;
    private long packetsToClient;
    private long packetsDropped;

    Allocation(AllocationGrant grant, TurnSettings settings, TransportAddress relayedV4, TransportAddress relayedV6,
            long nowNanos) {
        this.grant = grant;
        this.settings = settings;
        this.relayedV4 = relayedV4;
        this.relayedV6 = relayedV6;
        client = grant.client();
        startedNanos = nowNanos;
        bucketFullNanos = nowNanos;
        expiresV4Nanos = nowNanos + grant.lifetimeSeconds() * SECOND_NANOS;
        expiresV6Nanos = expiresV4Nanos;
        deadlineNanos = expiresV4Nanos;
    }

    /** Where its client is. */
    public FiveTuple client() {
        return client;
    }

    /** Names it in logs and towards operators; 48 bits. */
    public long id() {
        return grant.id();
    }

    /** The name on the wire of who made it. */
    public String username() {
        return grant.username();
    }

    /** Who made it: the name without the time that a shared-secret credential has in it. */
    public String user() {
        return grant.user();
    }

    /** Its relayed address of this family; null: it has none. */
    public TransportAddress relayed(Family family) {
        return family == Family.IPV4 ? relayedV4 : relayedV6;
    }

    /** Whether it relays TCP (RFC 6062). */
    public boolean tcp() {
        return grant.tcp();
    }

    /** The channel of this number, live or not; null: there is none. */
    public Channel channel(int number) {
        return channels == null ? null : channels.find(number);
    }

    /** The channel to this peer, live or not; null: there is none. */
    public Channel channelTo(long high, long low, int port, Family family) {
        return channels == null ? null : channels.find(family, high, low, port);
    }

    /** Whether there is a live permission for this address (RFC 8656 §9). */
    public boolean permits(Family family, long high, long low, long nowNanos) {
        return permissions != null && permissions.permits(family, high, low, nowNanos);
    }

    /**
     * Whether the allocation's rate and its user's have room for a packet of this payload, which is then used up; else
     * the packet is counted as dropped. A second's worth may come at once.
     */
    public boolean mayCarry(int bytes, long nowNanos) {
        long rate = settings.ratePerAllocation();
        if (rate <= 0 && allowance == null) {
            return true;
        }
        long missing = Math.max(0, bucketFullNanos - nowNanos);
        if (missing >= SECOND_NANOS || allowance != null && !allowance.mayCarry(bytes, nowNanos)) {
            packetsDropped++;
            return false;
        }
        bucketFullNanos = nowNanos + missing + (rate <= 0 ? 0 : bytes * SECOND_NANOS / rate);
        return true;
    }

    /** From now on it is held to a rate that it shares with what else its user has. */
    public void allowance(Allowance shared) {
        allowance = shared;
    }

    /** Counts a packet of this payload to a peer. */
    public void countToPeer(int bytes) {
        bytesToPeer += bytes;
        packetsToPeer++;
    }

    /** Counts a packet of this payload to the client. */
    public void countToClient(int bytes) {
        bytesToClient += bytes;
        packetsToClient++;
    }

    /** Counts a packet that was not relayed. */
    public void countDropped() {
        packetsDropped++;
    }

    /** The data plane's own state. */
    public Object attachment() {
        return attachment;
    }

    /** Keeps the data plane's own state. */
    public void attach(Object dataPlane) {
        attachment = dataPlane;
    }

    AllocationGrant grant() {
        return grant;
    }

    void moveTo(FiveTuple to) {
        client = to;
    }

    void giveUp(Family family) {
        if (family == Family.IPV4) {
            relayedV4 = null;
        } else {
            relayedV6 = null;
        }
    }

    boolean isDual() {
        return relayedV4 != null && relayedV6 != null;
    }

    PermissionTable permissions() {
        if (permissions == null) {
            permissions = new PermissionTable();
        }
        return permissions;
    }

    void sweepPermissions(long nowNanos) {
        if (permissions != null) {
            permissions.sweep(nowNanos);
        }
    }

    ChannelTable channels() {
        if (channels == null) {
            channels = new ChannelTable();
        }
        return channels;
    }

    PeerConnectionTable connections() {
        if (connections == null) {
            connections = new PeerConnectionTable();
        }
        return connections;
    }

    boolean hasChannels() {
        return channels != null;
    }

    boolean hasConnections() {
        return connections != null;
    }

    /** Null: the client did not ask for mobility. */
    MobilityTicket ticket() {
        return ticket;
    }

    void ticket(MobilityTicket first) {
        ticket = first;
    }

    boolean isLive(long nowNanos) {
        return isLive(Family.IPV4, nowNanos) || isLive(Family.IPV6, nowNanos);
    }

    /** Whether it has a relayed address of this family whose time is not over. */
    boolean isLive(Family family, long nowNanos) {
        return relayed(family) != null && expiresNanos(family) - nowNanos > 0;
    }

    /**
     * Gives it more time, or less.
     *
     * @param only the family that is meant, of two; null: all there are
     */
    void refresh(Family only, long untilNanos) {
        expiresV4Nanos = only == Family.IPV6 ? expiresV4Nanos : untilNanos;
        expiresV6Nanos = only == Family.IPV4 ? expiresV6Nanos : untilNanos;
    }

    /** When there is something to do for it, at the latest. */
    long earliestNanos() {
        long earliest = expiresNanos(relayedV4 == null ? Family.IPV6 : Family.IPV4);
        earliest = isDual() && expiresV6Nanos - earliest < 0 ? expiresV6Nanos : earliest;
        earliest = permissions == null ? earliest : permissions.earliest(earliest);
        earliest = channels == null ? earliest : channels.earliest(earliest);
        return connections == null ? earliest : connections.earliest(earliest);
    }

    private long expiresNanos(Family family) {
        return family == Family.IPV4 ? expiresV4Nanos : expiresV6Nanos;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    void deadlineNanos(long at) {
        deadlineNanos = at;
    }

    int queueIndex() {
        return queueIndex;
    }

    void queueIndex(int index) {
        queueIndex = index;
    }

    /** Payload relayed so far, both ways together. */
    public long bytes() {
        return bytesToPeer + bytesToClient;
    }

    /** What it did, or did so far: then {@code reason} is null. */
    public AllocationReport report(AllocationEnd reason, long nowNanos) {
        return new AllocationReport(id(), client, username(), user(), relayedV4, relayedV6, tcp(), bytesToPeer,
                packetsToPeer, bytesToClient, packetsToClient, packetsDropped, nowNanos - startedNanos, reason);
    }
}
