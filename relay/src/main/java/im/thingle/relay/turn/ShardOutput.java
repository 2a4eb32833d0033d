// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.relay.turn.TurnCounters.Count;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.attribute.TransportAddress.Family;
import im.thingle.stun.turn.Allocation;
import im.thingle.stun.turn.AllocationReport;
import im.thingle.stun.turn.Channel;
import im.thingle.stun.turn.ClientTransport;
import im.thingle.stun.turn.FiveTuple;
import im.thingle.stun.turn.RelayRequest;
import im.thingle.stun.turn.TurnOutput;
import im.thingle.stun.turn.TurnRefusal;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Does what a shard's machine wants done. Relayed sockets are opened at once, but the machine hears of it when its call
 * has returned. Confined to its event loop.
 */
final class ShardOutput implements TurnOutput {
    private record Answer(long request, RelayOpener.Opened opened) {}

    private final TurnShard shard;
    private final RelayOpener opener;
    private final ArrayDeque<Answer> answers = new ArrayDeque<>();
    private final ArrayDeque<Relay> permitting = new ArrayDeque<>();
    private final MovedClients moved;

    ShardOutput(TurnShard shard) {
        this.shard = shard;
        opener = new RelayOpener(shard);
        moved = new MovedClients(shard);
    }

    /** Tells the machine what it waits for; to be called after each call of the machine. */
    void settle() {
        for (Answer answer = answers.poll(); answer != null; answer = answers.poll()) {
            RelayOpener.Opened opened = answer.opened();
            if (opened.failure() != null) {
                shard.machine().onRelayFailed(answer.request(), opened.failure(), shard.now());
            } else {
                Relay relay = opened.relay();
                shard.machine()
                        .onRelayOpened(
                                answer.request(),
                                relay.announced(Family.IPV4),
                                relay.announced(Family.IPV6),
                                opened.token(),
                                shard.now());
            }
        }
        for (Relay relay = permitting.poll(); relay != null; relay = permitting.poll()) {
            relay.permitted();
        }
    }

    MovedClients moved() {
        return moved;
    }

    void close() {
        answers.clear();
        permitting.clear();
        opener.close();
    }

    @Override
    public void send(FiveTuple to, ByteBuffer message) {
        if (to.transport() == ClientTransport.UDP) {
            if (!moved.hold(to, message)) {
                shard.udp().send(to, message);
            }
            return;
        }
        ClientPath path = shard.path(to);
        if (path != null) {
            path.send(message);
        }
    }

    @Override
    public void openRelay(long request, FiveTuple client, RelayRequest wanted) {
        answers.add(new Answer(request, opener.open(request, wanted)));
    }

    @Override
    public void relayOpened(Allocation allocation, long request) {
        Relay relay = opener.take(request);
        allocation.attach(relay);
        shard.charges().opened(allocation, shard.now());
        expect(allocation, relay, allocation.client());
        arrive(relay);
        relay.start(allocation);
    }

    @Override
    public void relayUnwanted(long request) {
        Relay relay = opener.take(request);
        if (relay != null) {
            relay.close();
        }
    }

    @Override
    public void closeRelay(Allocation allocation) {
        Relay relay = (Relay) allocation.attachment();
        if (relay == null) {
            return;
        }
        leave(relay, allocation.client());
        if (allocation.tcp()) {
            shard.peerConnections().closeAll(allocation);
        }
        relay.close();
        shard.charges().closed(allocation);
    }

    @Override
    public void closeRelay(Allocation allocation, Family family) {
        ((Relay) allocation.attachment()).close(family);
    }

    @Override
    public void permitted(Allocation allocation) {
        Relay relay = (Relay) allocation.attachment();
        if (relay.hasEarlyChecks()) {
            permitting.add(relay);
        }
    }

    @Override
    public void sendToPeer(Allocation allocation, TransportAddress peer, ByteBuffer data, boolean dontFragment) {
        ((Relay) allocation.attachment()).sendToPeer(peer, data, dontFragment);
    }

    @Override
    public void channelBound(Allocation allocation, Channel channel) {
        ((Relay) allocation.attachment()).bind(channel);
    }

    @Override
    public void channelUnbound(Allocation allocation, Channel channel) {
        ((Relay) allocation.attachment()).unbind(channel);
    }

    @Override
    public void moving(Allocation allocation, FiveTuple to) {
        Relay relay = (Relay) allocation.attachment();
        expect(allocation, relay, to);
        if (to.transport() == ClientTransport.UDP) {
            moved.moved(to);
        }
    }

    @Override
    public void notMoving(Allocation allocation, FiveTuple to) {
        Relay relay = (Relay) allocation.attachment();
        unbind(relay.nextClient(), relay.nextPath(), to);
        relay.next(null, null);
    }

    @Override
    public void moved(Allocation allocation, FiveTuple from, FiveTuple to) {
        Relay relay = (Relay) allocation.attachment();
        leave(relay, from);
        arrive(relay);
    }

    @Override
    public void connectPeer(Allocation allocation, int connectionId, TransportAddress peer) {
        shard.shared().directory().connectionAt(connectionId, shard);
        shard.peerConnections().connect(allocation, connectionId, peer);
    }

    @Override
    public void bindConnection(Allocation allocation, int connectionId, FiveTuple dataConnection) {
        shard.connectionOver(connectionId);
        if (shard.path(dataConnection) instanceof StreamPath path) {
            shard.peerConnections().bind(allocation, connectionId, path);
        } else {
            shard.peerConnections().close(allocation, connectionId);
        }
    }

    @Override
    public void closePeerConnection(Allocation allocation, int connectionId) {
        shard.connectionOver(connectionId);
        shard.peerConnections().close(allocation, connectionId);
    }

    @Override
    public void answeredBinding() {
        shard.counters().add(Count.BINDINGS, 1);
    }

    @Override
    public void started(Allocation allocation) {
        shard.counters().add(Count.ALLOCATIONS, 1);
        shard.events().started(allocation);
    }

    @Override
    public void ended(AllocationReport report) {
        shard.counters().add(Count.ALLOCATIONS, -1);
        shard.events().ended(report);
    }

    @Override
    public void refused(TurnRefusal why, FiveTuple from, String username, TransportAddress peer, String rule) {
        shard.events().refused(why, from, username, peer, rule);
    }

    private void expect(Allocation allocation, Relay relay, FiveTuple client) {
        if (client.transport() == ClientTransport.UDP) {
            relay.next(shard.udp().bind(client, allocation), null);
            relay.nextClient().arriving(true);
            return;
        }
        ClientPath path = shard.path(client);
        relay.next(null, path);
        if (path != null) {
            path.allocated(true);
        }
    }

    private void arrive(Relay relay) {
        if (relay.nextClient() != null) {
            relay.nextClient().arriving(false);
        }
        relay.client(relay.nextClient(), relay.nextPath());
        relay.next(null, null);
    }

    private void leave(Relay relay, FiveTuple client) {
        unbind(relay.client(), relay.path(), client);
        relay.client(null, null);
    }

    private void unbind(UdpClient here, ClientPath there, FiveTuple client) {
        if (here != null) {
            shard.udp().unbind(here);
        } else if (there != null) {
            there.allocated(false);
        }
        moved.gone(client);
    }
}
