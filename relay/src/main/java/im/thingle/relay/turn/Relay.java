// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.relay.turn.TurnCounters.Count;
import im.thingle.relay.udp.Datagram;
import im.thingle.relay.udp.DatagramSocketPort;
import im.thingle.relay.udp.Destination;
import im.thingle.relay.udp.Receiver;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.attribute.TransportAddress.Family;
import im.thingle.stun.turn.Allocation;
import im.thingle.stun.turn.Channel;
import java.nio.ByteBuffer;

/**
 * The relayed sockets of one allocation and the way back to its client: what the allocation carries as its attachment.
 * Sends peers' data to the client without leaving garbage where client and channel are there. Confined to its event
 * loop.
 */
final class Relay implements Receiver {
    private final TurnShard shard;
    private final TurnCounters counters;
    private RelaySocket v4;
    private RelaySocket v6;
    private Allocation allocation;
    // the client: at a listener, or behind a path
    private UdpClient client;
    private ClientPath path;
    // where the client is about to move
    private UdpClient nextClient;
    private ClientPath nextPath;
    // Send indications come in runs to one peer
    private TransportAddress lastPeer;
    private Destination lastDestination;
    private EarlyChecks early;

    /** A UDP socket or a TCP listener, the other null, with the port it occupies. */
    private record RelaySocket(RelayPorts.Lease lease, DatagramSocketPort port, PeerListener listener) {
        void close() {
            if (port != null) {
                port.close();
            } else {
                listener.close();
            }
            lease.close();
        }
    }

    Relay(TurnShard shard) {
        this.shard = shard;
        counters = shard.counters();
    }

    /** Adds a UDP socket, from which nothing is read yet. */
    void add(RelayPorts.Lease lease, DatagramSocketPort port) {
        add(new RelaySocket(lease, port, null));
    }

    /** Adds a TCP listener, which accepts nobody yet. */
    void add(RelayPorts.Lease lease, PeerListener peers) {
        add(new RelaySocket(lease, null, peers));
    }

    /** What the client is told; null: no address of this family. */
    TransportAddress announced(Family family) {
        RelaySocket socket = family == Family.IPV4 ? v4 : v6;
        return socket == null ? null : socket.lease.announced();
    }

    /** What is bound; null: no address of this family. */
    TransportAddress bound(Family family) {
        RelaySocket socket = family == Family.IPV4 ? v4 : v6;
        return socket == null ? null : socket.lease.bind();
    }

    /** From now on peers are heard. */
    void start(Allocation owner) {
        allocation = owner;
        start(v4);
        start(v6);
    }

    /** The client is there: one of the two is null, or both if it is nowhere. */
    void client(UdpClient here, ClientPath there) {
        client = here;
        path = there;
    }

    /** The client is about to move there (RFC 8016), or nowhere. */
    void next(UdpClient here, ClientPath there) {
        nextClient = here;
        nextPath = there;
    }

    UdpClient nextClient() {
        return nextClient;
    }

    ClientPath nextPath() {
        return nextPath;
    }

    UdpClient client() {
        return client;
    }

    ClientPath path() {
        return path;
    }

    /** Null for an allocation that has none of this family, or relays TCP. */
    DatagramSocketPort port(Family family) {
        RelaySocket socket = family == Family.IPV4 ? v4 : v6;
        return socket == null ? null : socket.port();
    }

    /** Prepares a channel for the data plane. */
    void bind(Channel channel) {
        DatagramSocketPort port = port(channel.peer().family());
        channel.attach(new ChannelRoute(port, shard.destination(channel.peer())));
    }

    void unbind(Channel channel) {
        if (channel.attachment() instanceof ChannelRoute route) {
            channel.attach(null);
            route.destination().close();
        }
    }

    /** Sends the data of a Send indication. */
    void sendToPeer(TransportAddress peer, ByteBuffer data, boolean dontFragment) {
        DatagramSocketPort port = port(peer.family());
        if (port == null) {
            return;
        }
        if (!peer.equals(lastPeer)) {
            forgetLastPeer();
            lastDestination = shard.destination(peer);
            lastPeer = peer;
        }
        counters.toPeer(data.remaining());
        if (dontFragment) {
            port.sendUnfragmented(lastDestination, data);
        } else {
            port.send(lastDestination, data);
        }
    }

    boolean hasEarlyChecks() {
        return early != null;
    }

    /** Somebody is permitted who was not: checks that have waited for it go on, the others wait on. */
    void permitted() {
        long now = shard.now();
        forgetLate(now);
        early.take(allocation, now).forEach(check -> {
            counters.add(Count.EARLY_CHECKS, 1);
            shard.onPeerData(allocation, check.peer(), check.message());
        });
    }

    @Override
    public void onDatagram(DatagramSocketPort from, Datagram datagram) {
        if (shard.ports().isAliased()) {
            TransportAddress source = datagram.source();
            TransportAddress peer = shard.ports().known(source);
            onData(datagram, peer.family(), peer.high(), peer.low(), peer.port());
        } else {
            onData(
                    datagram,
                    datagram.sourceFamily(),
                    datagram.sourceHigh(),
                    datagram.sourceLow(),
                    datagram.sourcePort());
        }
    }

    @Override
    public void onError(DatagramSocketPort from, TransportAddress peer, int type, int code, int data) {
        shard.onPeerIcmp(allocation, shard.ports().known(peer), type, code, data);
    }

    @Override
    public void onFault(DatagramSocketPort from, Throwable bug) {
        shard.events().bug("relayed socket " + from.localAddress(), bug);
    }

    /** Closes the sockets and lets go of the client. */
    void close() {
        forgetLastPeer();
        if (early != null) {
            dropped(early.size());
        }
        if (v4 != null) {
            v4.close();
        }
        if (v6 != null) {
            v6.close();
        }
    }

    /** Closes the socket of one family, of two; nothing is sent from there any more. */
    void close(Family family) {
        if (lastPeer != null && lastPeer.family() == family) {
            forgetLastPeer();
        }
        RelaySocket socket = family == Family.IPV4 ? v4 : v6;
        if (socket != null) {
            socket.close();
        }
        if (family == Family.IPV4) {
            v4 = null;
        } else {
            v6 = null;
        }
    }

    private void add(RelaySocket socket) {
        if (socket.lease().bind().family() == Family.IPV4) {
            v4 = socket;
        } else {
            v6 = socket;
        }
    }

    private void start(RelaySocket socket) {
        if (socket == null) {
            return;
        }
        if (socket.port() != null) {
            socket.port().start();
        } else {
            shard.peerConnections().attach(socket.listener(), allocation);
        }
    }

    private void onData(Datagram datagram, Family family, long high, long low, int port) {
        long now = shard.now();
        if (!allocation.permits(family, high, low, now)) {
            if (mayWait(datagram, now)) {
                early.add(new TransportAddress(family, high, low, port), datagram, now);
            } else {
                dropped();
            }
            return;
        }
        Channel channel = allocation.channelTo(high, low, port, family);
        if (channel == null || !channel.isLive(now)) {
            shard.onPeerData(allocation, new TransportAddress(family, high, low, port), datagram.bytes());
            return;
        }
        int length = datagram.length();
        if (!allocation.mayCarry(length, now)) {
            counters.add(Count.DROPPED, 1);
        } else if (client != null) {
            client.listener().port().forwardFramed(datagram, channel.number(), client.destination());
            carried(length);
        } else if (path != null && path.sendChannelData(channel.number(), datagram.bytes())) {
            carried(length);
        } else {
            dropped();
        }
    }

    /** Whether it is a connectivity check and there is room for it; without garbage if there is none. */
    private boolean mayWait(Datagram datagram, long now) {
        long patience = shard.settings().earlyChecks().toNanos();
        if (patience == 0 || !EarlyChecks.isCheck(datagram)) {
            return false;
        }
        if (early == null) {
            early = new EarlyChecks(patience);
        }
        forgetLate(now);
        return !early.isFull();
    }

    private void forgetLate(long now) {
        dropped(early.forgetLate(now));
    }

    private void dropped(int checks) {
        for (int i = 0; i < checks; i++) {
            dropped();
        }
    }

    private void carried(int length) {
        allocation.countToClient(length);
        counters.toClient(length);
    }

    private void dropped() {
        allocation.countDropped();
        counters.add(Count.DROPPED, 1);
    }

    private void forgetLastPeer() {
        if (lastDestination != null) {
            lastDestination.close();
            lastDestination = null;
            lastPeer = null;
        }
    }
}
