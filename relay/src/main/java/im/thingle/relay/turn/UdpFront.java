// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.relay.turn.TurnCounters.Count;
import im.thingle.relay.udp.Datagram;
import im.thingle.relay.udp.DatagramEngine;
import im.thingle.relay.udp.DatagramSocketPort;
import im.thingle.relay.udp.Destination;
import im.thingle.relay.udp.Options;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.message.Malformed;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.turn.Allocation;
import im.thingle.stun.turn.FiveTuple;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The UDP side of a shard: its listeners, and where their clients are. Confined to its event loop. */
final class UdpFront {
    private final TurnShard shard;
    private final DatagramEngine engine;
    private final UdpClients clients;
    private final List<DatagramSocketPort> sockets = new ArrayList<>();
    private final List<UdpListener> listeners = new ArrayList<>();
    private final List<DtlsListener> dtlsListeners = new ArrayList<>();
    private final StunMessage message = new StunMessage();
    private final NatDiscovery discovery;
    // the datagram being handled: answers to it need nothing that is kept
    private Datagram current;
    private FiveTuple currentTuple;
    private DatagramSocketPort currentPort;

    UdpFront(TurnShard shard, DatagramEngine engine) {
        this.shard = shard;
        this.engine = engine;
        clients = new UdpClients(shard.entropy().nextLong());
        NatDiscoverySettings settings = shard.settings().natDiscovery();
        discovery = settings == null ? null : new NatDiscovery(this, settings, shard.ports(), shard.counters());
    }

    UdpClients clients() {
        return clients;
    }

    /**
     * Binds a listener, which is not read before {@link #start()}.
     *
     * @param plain for clients without DTLS
     * @param secure for clients with DTLS; with both, the first byte tells (RFC 7983)
     */
    TransportAddress listen(TransportAddress bind, boolean plain, boolean secure) throws IOException {
        DtlsListener dtls = secure ? new DtlsListener(shard) : null;
        UdpListener udp = plain ? new UdpListener(shard, this, dtls) : null;
        DatagramSocketPort socket = engine.open(bind, Options.LISTENER, plain ? udp : dtls);
        sockets.add(socket);
        if (secure) {
            dtls.bound(socket);
            dtlsListeners.add(dtls);
        }
        if (plain) {
            udp.bound(socket);
            listeners.add(udp);
        }
        return socket.localAddress();
    }

    void start() {
        sockets.forEach(DatagramSocketPort::start);
    }

    void sweep(long nowNanos) {
        dtlsListeners.forEach(listener -> listener.sweep(nowNanos));
    }

    /** Lets nobody new in; the machine sees to plain UDP. */
    void drain() {
        dtlsListeners.forEach(DtlsListener::drain);
    }

    /** A datagram that may be a STUN message. */
    void onStun(UdpListener listener, Datagram datagram, FiveTuple from) {
        if (message.wrap(datagram.bytes(), datagram.offset(), datagram.length()) != Malformed.NONE) {
            shard.counters().add(Count.MALFORMED, 1);
            return;
        }
        if (discovery != null && discovery.answered(message, from.client(), from.server())) {
            return;
        }
        current = datagram;
        currentTuple = from;
        currentPort = listener.port();
        try {
            shard.onDatagram(from, message, datagram.bytes(), 1);
        } finally {
            current = null;
            currentTuple = null;
        }
    }

    /** A message that another loop has received from a client of ours, or to be. */
    void onForwarded(FiveTuple from, ByteBuffer bytes, int asked) {
        if (!bytes.hasRemaining()) {
            shard.counters().add(Count.MALFORMED, 1);
            return;
        }
        UdpListener listener = listener(from.server());
        TransportAddress source = from.client();
        UdpClient client =
                listener == null ? null : clients.find(listener, source.high(), source.low(), source.port());
        byte first = bytes.get(bytes.position());
        if ((first & 0xC0) != 0) {
            if (client != null && client.owner() == null) {
                if (client.isArriving()) {
                    shard.onActive(client.tuple());
                }
                shard.onChannelData(client.allocation(), bytes, bytes.position(), bytes.remaining());
            }
        } else if (message.wrap(bytes, bytes.position(), bytes.remaining()) == Malformed.NONE) {
            shard.onDatagram(from, message, bytes, asked);
        }
    }

    void send(FiveTuple to, ByteBuffer bytes) {
        if (current != null && to.equals(currentTuple)) {
            currentPort.reply(current, bytes);
            return;
        }
        UdpListener listener = listener(to.server());
        if (listener == null) {
            return;
        }
        TransportAddress target = to.client();
        UdpClient client = clients.find(listener, target.high(), target.low(), target.port());
        if (client != null && client.destination() != null) {
            listener.port().send(client.destination(), bytes);
            return;
        }
        sendOnce(to.server(), target, bytes);
    }

    /** Sends from one of our addresses to somebody of whom nothing is kept. */
    void sendOnce(TransportAddress from, TransportAddress to, ByteBuffer bytes) {
        UdpListener listener = listener(from);
        if (listener != null) {
            try (Destination once = engine.destination(to)) {
                listener.port().send(once, bytes);
            }
        }
    }

    /** From now on the allocation's client is there. */
    UdpClient bind(FiveTuple tuple, Allocation allocation) {
        UdpListener listener = listener(tuple.server());
        UdpClient client = UdpClient.here(listener, allocation, tuple, engine.destination(tuple.client()));
        clients.put(client);
        return client;
    }

    void unbind(UdpClient client) {
        clients.remove(client);
        client.destination().close();
    }

    /** What comes from there is for another loop. */
    void bindElsewhere(FiveTuple tuple, TurnShard owner) {
        UdpListener listener = listener(tuple.server());
        if (listener != null) {
            clients.put(UdpClient.elsewhere(listener, tuple, owner));
        }
    }

    void unbindElsewhere(FiveTuple tuple) {
        UdpListener listener = listener(tuple.server());
        TransportAddress at = tuple.client();
        UdpClient client = listener == null ? null : clients.find(listener, at.high(), at.low(), at.port());
        if (client != null && client.owner() != null) {
            clients.remove(client);
        }
    }

    void close() {
        dtlsListeners.forEach(DtlsListener::close);
        sockets.forEach(DatagramSocketPort::close);
    }

    private UdpListener listener(TransportAddress server) {
        for (UdpListener listener : listeners) {
            if (listener.address().equals(server)) {
                return listener;
            }
        }
        return null;
    }
}
