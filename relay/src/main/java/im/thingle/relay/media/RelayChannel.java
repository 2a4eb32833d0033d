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
final class RelayChannel {
    /** A key frame comes all at once: the channel's own rate is kept over a second. */
    private static final long MOST_DEBT_NANOS = 1_000_000_000L;

    private final String id;
    private final ChannelOwner owner;
    private final ChannelShard shard;
    private final Shaper shaper;
    private final Charge charge;
    private final ChannelSocket local;
    private final ChannelSocket localRtcp;
    private final ChannelSocket remote;
    private final ChannelSocket remoteRtcp;
    private final long openedNanos;
    // the ports are known as long as they are ours
    private TransportAddress announcedLocal;
    private TransportAddress announcedRemote;
    private long heardNanos;
    private long packetsDropped;
    // what the sums of all channels know already
    private long talliedBytes;
    private long talliedPackets;
    private long talliedDropped;

    RelayChannel(String id, ChannelOwner owner, ChannelShard shard, Shaper shaper, Charge charge) {
        this.id = id;
        this.owner = owner;
        this.shard = shard;
        this.shaper = shaper;
        this.charge = charge;
        PeerPolicy peers = shard.settings().peers();
        local = new ChannelSocket(this, new Latch(peers));
        localRtcp = new ChannelSocket(this, new Latch(peers));
        remote = new ChannelSocket(this, new Latch(peers));
        remoteRtcp = new ChannelSocket(this, new Latch(peers));
        ChannelSocket.join(local, remote);
        ChannelSocket.join(localRtcp, remoteRtcp);
        openedNanos = shard.now();
        heardNanos = openedNanos;
    }

    String id() {
        return id;
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
    boolean mayCarry(int bytes) {
        if (shaper.limits()) {
            if (shaper.delayNanos(heardNanos) >= MOST_DEBT_NANOS) {
                return false;
            }
            shaper.charge(bytes, heardNanos);
        }
        return !charge.limitsRate() || charge.mayCarry(bytes, heardNanos);
    }

    void countDropped() {
        packetsDropped++;
    }

    void onFault(Throwable bug) {
        shard.onFault(bug);
    }

    /**
     * How long neither party has sent anything. One who is silent alone does no harm, since it may be on hold or hear
     * somebody out; XEP-0278 §5.1.5 too counts packets of the channel, not of a side.
     */
    long silentNanos(long nowNanos) {
        return nowNanos - heardNanos;
    }

    /** Whether the account may carry nothing more today. */
    boolean exhausted() {
        return charge.exhausted();
    }

    /** Adds to the sums, and to the account, what is new since the last time. */
    void tally(ChannelTally tally) {
        long bytes = bytes();
        charge.carried(bytes);
        long packets = packets();
        tally.bytes.add(bytes - talliedBytes);
        tally.packets.add(packets - talliedPackets);
        tally.dropped.add(packetsDropped - talliedDropped);
        talliedBytes = bytes;
        talliedPackets = packets;
        talliedDropped = packetsDropped;
    }

    /** Gives back the ports and the place in the account. */
    void close() {
        sockets().forEach(ChannelSocket::close);
        charge.close();
    }

    /** @param reason null: it is open */
    ChannelReport report(ChannelEnd reason) {
        return new ChannelReport(
                id,
                owner,
                announcedLocal,
                announcedRemote,
                first(local.source(), localRtcp.source()),
                first(remote.source(), remoteRtcp.source()),
                local.bytes() + localRtcp.bytes(),
                local.packets() + localRtcp.packets(),
                remote.bytes() + remoteRtcp.bytes(),
                remote.packets() + remoteRtcp.packets(),
                packetsDropped,
                shard.now() - openedNanos,
                reason);
    }

    private List<ChannelSocket> sockets() {
        return List.of(local, localRtcp, remote, remoteRtcp);
    }

    private long bytes() {
        return local.bytes() + localRtcp.bytes() + remote.bytes() + remoteRtcp.bytes();
    }

    private long packets() {
        return local.packets() + localRtcp.packets() + remote.packets() + remoteRtcp.packets();
    }

    private static TransportAddress first(TransportAddress rtp, TransportAddress rtcp) {
        return rtp == null ? rtcp : rtp;
    }
}
