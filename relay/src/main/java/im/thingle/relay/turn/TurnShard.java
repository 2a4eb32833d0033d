// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.relay.account.Accounts;
import im.thingle.relay.net.Transport;
import im.thingle.relay.turn.TurnCounters.Count;
import im.thingle.relay.udp.DatagramEngine;
import im.thingle.relay.udp.Destination;
import im.thingle.relay.udp.EngineSettings;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.auth.Entropy;
import im.thingle.stun.message.Malformed;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.turn.Allocation;
import im.thingle.stun.turn.AllocationEnd;
import im.thingle.stun.turn.AllocationReport;
import im.thingle.stun.turn.Channel;
import im.thingle.stun.turn.ChannelData;
import im.thingle.stun.turn.FiveTuple;
import im.thingle.stun.turn.TurnServer;
import io.netty.channel.IoEventLoop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * All that belongs to one event loop: the TURN machine, what feeds it and what does its bidding. Confined to its event
 * loop.
 */
final class TurnShard {
    /** What all shards of a service have in common. */
    record Shared(
            Transport transport,
            TurnServiceSettings settings,
            TurnEvents events,
            RelayPorts ports,
            StreamPlaces places,
            ShardDirectory directory,
            Certificates certificates,
            Machines machines,
            Accounts accounts,
            EngineSettings engine,
            LongSupplier nanoTime) {}

    private final IoEventLoop loop;
    private final Shared shared;
    private final Entropy entropy = new SecureEntropy();
    private final TurnCounters counters = new TurnCounters();
    private final TurnCommands commands = new TurnCommands(this);
    private final DatagramEngine engine;
    private final UdpFront udp;
    private final StreamFront streams;
    private final PeerConnections peerConnections;
    private final AllocationCharges charges;
    private final ShardOutput output;
    private final TurnServer machine;
    private final Map<FiveTuple, ClientPath> paths = new HashMap<>();
    private final StunMessage message = new StunMessage();
    private ShardDrain drain;

    /** To be made on its loop. */
    TurnShard(IoEventLoop loop, Shared shared) throws IOException {
        assert loop.inEventLoop();
        this.loop = loop;
        this.shared = shared;
        engine = DatagramEngine.on(loop, shared.transport(), shared.engine());
        udp = new UdpFront(this, engine);
        streams = new StreamFront(this);
        peerConnections = new PeerConnections(this);
        charges = new AllocationCharges(shared.accounts(), now());
        output = new ShardOutput(this);
        machine = shared.machines().make(entropy, output);
    }

    /** A STUN message or ChannelData, whole, that came over a path; false if it is neither. */
    boolean onClientMessage(ClientPath path, ByteBuffer bytes, int from, int length, long nowNanos) {
        assert loop.inEventLoop();
        if (length > 0 && ChannelData.isChannelData(bytes.get(from))) {
            Allocation allocation = machine.find(path.tuple());
            if (allocation == null) {
                counters.add(Count.DROPPED, 1); // may have expired a moment ago
                return true;
            }
            if (!path.tuple().equals(allocation.client())) {
                onActive(path.tuple());
            }
            return onChannelData(allocation, bytes, from, length);
        }
        if (message.wrap(bytes, from, length) != Malformed.NONE) {
            counters.add(Count.MALFORMED, 1);
            return false;
        }
        machine.onMessage(path.tuple(), message, length, nowNanos);
        output.settle();
        return true;
    }

    /** The client has closed the path or it broke. */
    void onClientGone(ClientPath path, long nowNanos) {
        assert loop.inEventLoop();
        if (paths.remove(path.tuple(), path)) {
            machine.onDisconnected(path.tuple(), nowNanos);
            output.settle();
        }
    }

    /** A path that can be written to from now on. */
    void add(ClientPath path) {
        paths.put(path.tuple(), path);
    }

    /** A path that is no client's any more; its allocation, if any, stays. */
    void remove(ClientPath path) {
        paths.remove(path.tuple(), path);
    }

    /** The path of this client, or null. */
    ClientPath path(FiveTuple tuple) {
        return paths.get(tuple);
    }

    /**
     * A STUN message that came in a datagram.
     *
     * @param asked how many shards have seen it, this one among them; 0: it is for this one
     */
    void onDatagram(FiveTuple from, StunMessage stun, ByteBuffer bytes, int asked) {
        if (asked > 0 && asked < shared.directory().size()) {
            TurnShard other = shared.directory().elsewhere(this, from, stun);
            if (other != null) {
                if (!other.commands().datagram(from, bytes, asked + 1)) {
                    counters.add(Count.DROPPED, 1);
                }
                return;
            }
        }
        machine.onMessage(from, stun, stun.length(), now());
        output.settle();
    }

    /** Data came from where a client was about to move. */
    void onActive(FiveTuple from) {
        machine.onActive(from);
        output.settle();
    }

    /** ChannelData that does not come straight from an engine's datagram. */
    boolean onChannelData(Allocation allocation, ByteBuffer bytes, int from, int available) {
        int length = ChannelData.check(bytes, from, available);
        if (length < 0) {
            counters.add(Count.MALFORMED, 1);
            return false;
        }
        Channel channel = allocation.channel(ChannelData.number(bytes, from));
        long now = now();
        if (channel == null || !channel.isLive(now)) {
            allocation.countDropped();
            counters.add(Count.DROPPED, 1);
        } else if (!allocation.mayCarry(length, now)) {
            counters.add(Count.DROPPED, 1);
        } else {
            ChannelRoute route = (ChannelRoute) channel.attachment();
            int limit = bytes.limit();
            int position = bytes.position();
            int at = from + ChannelData.HEADER_BYTES;
            route.port().send(route.destination(), bytes.limit(at + length).position(at));
            bytes.limit(limit).position(position);
            allocation.countToPeer(length);
            counters.toPeer(length);
        }
        return true;
    }

    /** A peer's datagram that is permitted and that no channel carries. */
    void onPeerData(Allocation allocation, TransportAddress peer, ByteBuffer data) {
        machine.onPeerData(allocation, peer, data, now());
        output.settle();
    }

    void onPeerIcmp(Allocation allocation, TransportAddress peer, int type, int code, int data) {
        machine.onPeerIcmp(allocation, peer, type, code, data, now());
        output.settle();
    }

    /** A peer has connected (RFC 6062 §5.3): the connection's ID, or 0 if it is to be closed. */
    int peerAccepted(Allocation allocation, TransportAddress peer) {
        int connectionId = machine.onPeerAccepted(allocation, peer, now());
        output.settle();
        if (connectionId != 0) {
            shared.directory().connectionAt(connectionId, this);
        }
        return connectionId;
    }

    void peerConnected(Allocation allocation, int connectionId) {
        machine.onPeerConnected(allocation, connectionId, now());
        output.settle();
    }

    void peerConnectFailed(Allocation allocation, int connectionId) {
        shared.directory().connectionOver(connectionId, this);
        machine.onPeerConnectFailed(allocation, connectionId, now());
        output.settle();
    }

    void peerConnectionClosed(Allocation allocation, int connectionId) {
        shared.directory().connectionOver(connectionId, this);
        machine.onPeerConnectionClosed(allocation, connectionId, now());
        output.settle();
    }

    /** Nobody will bind to this connection any more. */
    void connectionOver(int connectionId) {
        shared.directory().connectionOver(connectionId, this);
    }

    /** The allocations of these users, as they stand. */
    List<AllocationReport> active(Predicate<String> users) {
        assert loop.inEventLoop();
        long now = now();
        return charges.allocations().stream()
                .filter(allocation -> users.test(allocation.user()))
                .map(allocation -> allocation.report(null, now))
                .toList();
    }

    /** Ends an allocation before its time. */
    void end(Allocation allocation, AllocationEnd reason) {
        assert loop.inEventLoop();
        machine.end(allocation, reason, now());
        output.settle();
    }

    /** To be called a few times a second. */
    void tick() {
        long now = now();
        swept("deadlines", () -> sweepMachine(now));
        swept("accounts", () -> sweepAccounts(now));
        swept("streams", () -> streams.sweep(now));
        swept("DTLS", () -> udp.sweep(now));
        swept("connections with peers", () -> peerConnections.sweep(now));
        if (drain != null) {
            swept("drain", () -> drain.sweep(now));
        }
    }

    /** Everything is bound: clients are heard from now on. */
    void start() {
        udp.start();
    }

    /** Takes nobody new, and completes with how many allocations had to be cut at the deadline. */
    void drain(long deadlineNanos, CompletableFuture<Integer> whenDrained) {
        drain = new ShardDrain(machine, deadlineNanos, whenDrained);
        streams.drain();
        udp.drain();
        drain.sweep(now());
    }

    /** Ends everything. */
    void close() {
        machine.close(AllocationEnd.DRAINED, now());
        output.close();
        streams.close();
        peerConnections.close();
        udp.close();
        engine.close();
    }

    long now() {
        return shared.nanoTime().getAsLong();
    }

    IoEventLoop loop() {
        return loop;
    }

    Shared shared() {
        return shared;
    }

    TurnServiceSettings settings() {
        return shared.settings();
    }

    TurnEvents events() {
        return shared.events();
    }

    RelayPorts ports() {
        return shared.ports();
    }

    Entropy entropy() {
        return entropy;
    }

    TurnCounters counters() {
        return counters;
    }

    TurnCommands commands() {
        return commands;
    }

    DatagramEngine engine() {
        return engine;
    }

    UdpFront udp() {
        return udp;
    }

    MovedClients moved() {
        return output.moved();
    }

    StreamFront streams() {
        return streams;
    }

    /** What the allocations of this shard cost their users. */
    AllocationCharges charges() {
        return charges;
    }

    PeerConnections peerConnections() {
        return peerConnections;
    }

    /** For reading; what is told to it goes through this shard. */
    TurnServer machine() {
        return machine;
    }

    /** What TLS and DTLS show to whoever connects now; null: none. */
    ServerCertificate certificate() {
        return shared.certificates().current();
    }

    /** Where to send to for this peer; to be closed. */
    Destination destination(TransportAddress peer) {
        return engine.destination(ports().isAliased() ? ports().reachable(peer) : peer);
    }

    private void sweepMachine(long now) {
        if (now - machine.nextDeadlineNanos() >= 0) {
            machine.onDeadline(now);
            output.settle();
        }
    }

    private void sweepAccounts(long now) {
        for (Allocation usedUp : charges.sweep(now)) {
            end(usedUp, AllocationEnd.BYTES_PER_DAY);
        }
    }

    /** One bug must not stop the clock, nor that of the others. */
    private void swept(String what, Runnable sweep) {
        try {
            sweep.run();
        } catch (RuntimeException | Error bug) {
            events().bug(what, bug);
        }
    }
}
