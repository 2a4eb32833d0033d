// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.account.Charge;
import im.thingle.relay.account.Shaper;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.turn.PeerPolicy;
import java.util.List;

/**
 * A relay channel (XEP-0278 §4): what comes to the local port, the requester's, leaves from the remote port, the other
 * party's, and the reverse; the port after each does the same for RTCP. Confined to its event loop.
 *
 * <pre>
 *   requester  ←→  local      remote      ←→  other party     RTP, even ports
 *   requester  ←→  local + 1  remote + 1  ←→  other party     RTCP
 * </pre>
 */
final class RelayChannel extends Relayed<ChannelEnd, ChannelReport> {
    /** A key frame comes all at once: the channel's own rate is kept over a second. */
    private static final long MOST_DEBT_NANOS = 1_000_000_000L;

    private final ChannelOwner owner;
    private final ChannelShard shard;
    private final Shaper shaper;
    private final ChannelSocket local;
    private final ChannelSocket localRtcp;
    private final ChannelSocket remote;
    private final ChannelSocket remoteRtcp;
    // the ports are known as long as they are ours
    private TransportAddress announcedLocal;
    private TransportAddress announcedRemote;
    private long heardNanos;

    RelayChannel(String id, ChannelOwner owner, ChannelShard shard, Shaper shaper, Charge charge) {
        super(id, owner.account(), shard, charge);
        this.owner = owner;
        this.shard = shard;
        this.shaper = shaper;
        PeerPolicy peers = shard.settings().peers();
        local = new ChannelSocket(this, new Latch(peers));
        localRtcp = new ChannelSocket(this, new Latch(peers));
        remote = new ChannelSocket(this, new Latch(peers));
        remoteRtcp = new ChannelSocket(this, new Latch(peers));
        ChannelSocket.join(local, remote);
        ChannelSocket.join(localRtcp, remoteRtcp);
        heardNanos = shard.now();
    }

    ChannelOwner owner() {
        return owner;
    }

    ChannelSocket local() {
        return local;
    }

    ChannelSocket localRtcp() {
        return localRtcp;
    }

    ChannelSocket remote() {
        return remote;
    }

    ChannelSocket remoteRtcp() {
        return remoteRtcp;
    }

    /** Everything is bound: both parties are heard from now on. */
    void start() {
        announcedLocal = local.announced();
        announcedRemote = remote.announced();
        sockets().forEach(ChannelSocket::start);
    }

    /** One of the two parties has sent something. */
    void onHeard() {
        heardNanos = shard.now();
    }

    /** Whether so much more is within the rates; books it if it is. Called right after {@link #onHeard}. */
    @Override
    boolean mayCarry(int bytes) {
        if (shaper.limits()) {
            if (shaper.delayNanos(heardNanos) >= MOST_DEBT_NANOS) {
                return false;
            }
            shaper.charge(bytes, heardNanos);
        }
        return mayCarry(bytes, heardNanos);
    }

    /**
     * How long neither party has sent anything. One who is silent alone does no harm, since it may be on hold or hear
     * somebody out; XEP-0278 §5.1.5 too counts packets of the channel, not of a side.
     */
    private long silentNanos(long nowNanos) {
        return nowNanos - heardNanos;
    }

    @Override
    ChannelEnd due(long nowNanos) {
        if (silentNanos(nowNanos) >= shard.settings().idleTimeout().toNanos()) {
            return ChannelEnd.IDLE;
        }
        return exhausted() ? ChannelEnd.BYTES_PER_DAY : null;
    }

    @Override
    void release() {
        sockets().forEach(ChannelSocket::close);
    }

    @Override
    ChannelReport report(ChannelEnd reason) {
        return new ChannelReport(
                id(),
                owner,
                announcedLocal,
                announcedRemote,
                first(local.source(), localRtcp.source()),
                first(remote.source(), remoteRtcp.source()),
                local.bytes() + localRtcp.bytes(),
                local.packets() + localRtcp.packets(),
                remote.bytes() + remoteRtcp.bytes(),
                remote.packets() + remoteRtcp.packets(),
                packetsDropped(),
                durationNanos(),
                reason);
    }

    private List<ChannelSocket> sockets() {
        return List.of(local, localRtcp, remote, remoteRtcp);
    }

    @Override
    long bytes() {
        return local.bytes() + localRtcp.bytes() + remote.bytes() + remoteRtcp.bytes();
    }

    @Override
    long packets() {
        return local.packets() + localRtcp.packets() + remote.packets() + remoteRtcp.packets();
    }

    private static TransportAddress first(TransportAddress rtp, TransportAddress rtcp) {
        return rtp == null ? rtcp : rtp;
    }
}
