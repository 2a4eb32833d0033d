// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.relay.account.Shaper;
import im.thingle.relay.bytestream.ConduitPool;
import im.thingle.relay.turn.TurnCounters.Count;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.turn.Allocation;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The TCP connections with peers of one shard (RFC 6062). Confined to its event loop. */
final class PeerConnections {
    private final TurnShard shard;
    private final Map<Allocation, PeerSet> sets = new HashMap<>();
    private PeerLoop on;
    private long counted;

    PeerConnections(TurnShard shard) {
        this.shard = shard;
    }

    /** Listens at a relayed address, for nobody yet. */
    PeerListener listen(TransportAddress bind) throws IOException {
        return new PeerListener(shard.shared().transport(), SocketAddresses.of(bind));
    }

    /** From now on the peers of this allocation are accepted. */
    void attach(PeerListener listener, Allocation allocation) {
        listener.start(on(), set(allocation));
    }

    /** RFC 6062 §5.2. */
    void connect(Allocation allocation, int connectionId, TransportAddress peer) {
        TransportAddress from = ((Relay) allocation.attachment()).bound(peer.family());
        if (from == null) {
            set(allocation).fail(connectionId);
        } else {
            InetSocketAddress to = SocketAddresses.of(shard.ports().reachable(peer));
            set(allocation).connect(connectionId, SocketAddresses.of(from), to);
        }
    }

    /** RFC 6062 §5.4: the answer to the client's request has been given. */
    void bind(Allocation allocation, int connectionId, StreamPath path) {
        StreamPath.Detached client = path.detach();
        PeerSet set = sets.get(allocation);
        if (set == null
                || !set.join(connectionId, client.socket(), client.early(), client.unsent(), path::over)) {
            on().linger(client.socket()); // the peer has gone in the meantime
            path.over();
        }
    }

    void close(Allocation allocation, int connectionId) {
        PeerSet set = sets.get(allocation);
        if (set != null) {
            set.close(connectionId);
        }
    }

    void closeAll(Allocation allocation) {
        PeerSet set = sets.remove(allocation);
        if (set != null) {
            set.end();
        }
    }

    /** To be called a few times a second. */
    void sweep(long now) {
        List.copyOf(sets.values()).forEach(set -> set.sweep(now));
        if (on != null) {
            on.sweep();
        }
        long alive = sets.values().stream().mapToInt(PeerSet::size).sum();
        shard.counters().add(Count.PEER_CONNECTIONS, alive - counted);
        counted = alive;
    }

    /** Ends everything at once. */
    void close() {
        List.copyOf(sets.keySet()).forEach(this::closeAll);
        if (on != null) {
            on.close();
        }
    }

    private PeerSet set(Allocation allocation) {
        return sets.computeIfAbsent(allocation, key -> {
            long rate = shard.settings().turn().ratePerAllocation();
            return new PeerSet(on(), Shaper.of(rate, shard.now()).under(shard.charges().of(key)), new Peers(key));
        });
    }

    private PeerLoop on() {
        if (on == null) {
            // the bytestreams on the same loops take their share of the kernel's pipes too
            ConduitPool pool = new ConduitPool(shard.shared().transport(), 2 * shard.shared().directory().size());
            on = new PeerLoop(shard.loop(), shard.shared().transport(), pool, shard::now);
        }
        return on;
    }

    /** The allocation behind a set. */
    private final class Peers implements PeerSet.Owner {
        private final Allocation allocation;

        Peers(Allocation allocation) {
            this.allocation = allocation;
        }

        @Override
        public int accepted(InetSocketAddress peer) {
            return shard.peerAccepted(allocation, shard.ports().known(SocketAddresses.of(peer)));
        }

        @Override
        public void outOfDescriptors() {
            shard.events().refusedStream(StreamRefusal.OUT_OF_DESCRIPTORS, null, "a peer's; raise LimitNOFILE");
        }

        @Override
        public void connected(int id) {
            shard.peerConnected(allocation, id);
        }

        @Override
        public void connectFailed(int id) {
            shard.peerConnectFailed(allocation, id);
        }

        @Override
        public void closed(int id) {
            shard.peerConnectionClosed(allocation, id);
        }

        @Override
        public void over(int id) {
            shard.connectionOver(id);
        }

        @Override
        public void carried(long bytesToPeer, long bytesToClient) {
            for (long left = bytesToPeer; left > 0; left -= Integer.MAX_VALUE) {
                allocation.countToPeer((int) Math.min(left, Integer.MAX_VALUE));
            }
            for (long left = bytesToClient; left > 0; left -= Integer.MAX_VALUE) {
                allocation.countToClient((int) Math.min(left, Integer.MAX_VALUE));
            }
            shard.counters().add(Count.BYTES_TO_PEERS, bytesToPeer);
            shard.counters().add(Count.BYTES_TO_CLIENTS, bytesToClient);
        }

        @Override
        public void bug(String where, Throwable fault) {
            shard.events().bug(where, fault);
        }
    }
}
