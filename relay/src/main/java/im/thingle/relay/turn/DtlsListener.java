// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.relay.account.Network;
import im.thingle.relay.turn.TurnCounters.Count;
import im.thingle.relay.udp.Datagram;
import im.thingle.relay.udp.DatagramSocketPort;
import im.thingle.relay.udp.Receiver;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.turn.ClientTransport;
import im.thingle.stun.turn.FiveTuple;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bouncycastle.tls.DTLSRequest;
import org.bouncycastle.tls.DatagramSender;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;

/**
 * DTLS clients at one address, on one event loop (RFC 7350). Nothing is kept of a client before it has brought a cookie
 * back, and only so many handshakes go on at a time. Confined to its event loop.
 */
final class DtlsListener implements Receiver {
    /** Handshakes at a time. */
    static final int HALF_OPEN = 256;
    /** Handshakes at a time with one IPv4 address or IPv6 /64. */
    static final int HALF_OPEN_PER_NETWORK = 16;

    private final TurnShard shard;
    private final JcaTlsCrypto crypto = new JcaTlsCryptoProvider().create(new SecureRandom());
    private final DtlsCookies cookies;
    private final Map<TransportAddress, DtlsPath> paths = new HashMap<>();
    private final Set<DtlsPath> watched = new HashSet<>();
    private final Map<Network, Integer> halfOpen = new HashMap<>();
    private final byte[] incoming = new byte[DtlsDatagrams.LONGEST];
    private final byte[] outgoing = new byte[DtlsDatagrams.LONGEST];
    private DatagramSocketPort port;
    private int halfOpenTotal;
    private boolean draining;

    DtlsListener(TurnShard shard) {
        this.shard = shard;
        cookies = new DtlsCookies(crypto, shard.now());
    }

    /** Takes the socket whose datagrams come here. */
    void bound(DatagramSocketPort socket) {
        port = socket;
    }

    @Override
    public void onDatagram(DatagramSocketPort from, Datagram datagram) {
        if (datagram.length() > DtlsDatagrams.LONGEST) {
            shard.counters().add(Count.DROPPED, 1); // before it is copied and kept for a handshake
            return;
        }
        TransportAddress client = datagram.source();
        DtlsPath path = paths.get(client);
        boolean hello = DtlsCookies.isHello(datagram);
        if (path != null && !(hello && path.isOpen())) {
            path.onDatagram(copy(datagram));
        } else if (hello && !draining) {
            onHello(client, path, datagram);
        } else {
            shard.counters().add(Count.DROPPED, 1);
        }
    }

    @Override
    public void onFault(DatagramSocketPort from, Throwable bug) {
        shard.events().bug("DTLS listener " + from.localAddress(), bug);
    }

    /** Ends who is late. */
    void sweep(long nowNanos) {
        for (DtlsPath path : watched.toArray(DtlsPath[]::new)) {
            path.sweep(nowNanos);
        }
    }

    /** Takes nobody new. */
    void drain() {
        draining = true;
    }

    /** Ends all associations. */
    void close() {
        draining = true;
        List.copyOf(paths.values()).forEach(DtlsPath::close);
    }

    /** Associations, half-open ones among them. */
    int size() {
        return paths.size();
    }

    int halfOpen() {
        return halfOpenTotal;
    }

    DatagramSocketPort port() {
        return port;
    }

    /** For a record that was received; nobody may expect to find in it what was there before. */
    byte[] incoming() {
        return incoming;
    }

    /** For a record to be sent. */
    byte[] outgoing() {
        return outgoing;
    }

    /** A handshake is over. */
    void opened(DtlsPath path) {
        leaveHalfOpen(path);
    }

    /** Whether the client is to be on time. */
    void watch(DtlsPath path, boolean isWatched) {
        if (isWatched) {
            watched.add(path);
        } else {
            watched.remove(path);
        }
    }

    /** An association has ended. */
    void remove(DtlsPath path) {
        watched.remove(path);
        if (paths.remove(path.tuple().client(), path)) {
            shard.counters().add(Count.DTLS, -1);
            if (!path.isOpen()) {
                leaveHalfOpen(path);
            }
        }
    }

    private void onHello(TransportAddress client, DtlsPath before, Datagram datagram) {
        byte[] hello = copy(datagram);
        DTLSRequest request = cookies.verify(client, hello, new Reply(port, datagram), shard.now());
        if (request == null) {
            return;
        }
        byte[] random = DtlsCookies.random(hello);
        if (before != null) {
            if (Arrays.equals(before.random(), random)) {
                return; // the hello of the association there is, come twice
            }
            before.gone(); // the client began anew from the same port (RFC 6347 §4.2.8)
        }
        admit(client, random, request);
    }

    private void admit(TransportAddress client, byte[] random, DTLSRequest request) {
        InetSocketAddress address = SocketAddresses.of(client);
        ServerCertificate certificate = shard.certificate();
        if (certificate == null) {
            refuse(StreamRefusal.NO_CERTIFICATE, address);
            return;
        }
        Network network = Network.of(address.getAddress());
        if (halfOpenTotal >= HALF_OPEN) {
            refuse(StreamRefusal.CONNECTIONS_TOTAL, address);
            return;
        }
        if (halfOpen.getOrDefault(network, 0) >= HALF_OPEN_PER_NETWORK) {
            refuse(StreamRefusal.CONNECTIONS_PER_ADDRESS, address);
            return;
        }
        StreamPlaces.Place place = shard.shared().places().take();
        if (place == null) {
            refuse(StreamRefusal.CONNECTIONS_TOTAL, address);
            return;
        }
        if (!place.assign(address.getAddress(), shard.now())) {
            place.close();
            refuse(StreamRefusal.CONNECTIONS_PER_ADDRESS, address);
            return;
        }
        FiveTuple tuple = new FiveTuple(ClientTransport.DTLS, client, port.localAddress());
        DtlsPath path = new DtlsPath(shard, this, tuple, place, random);
        halfOpenTotal++;
        shard.counters().add(Count.DTLS_HANDSHAKES, 1);
        halfOpen.merge(network, 1, Integer::sum);
        paths.put(client, path);
        watched.add(path);
        shard.counters().add(Count.DTLS, 1);
        path.start(new DtlsServer(crypto, certificate), request);
    }

    private void refuse(StreamRefusal why, InetSocketAddress client) {
        shard.events().refusedStream(why, client, "DTLS");
    }

    private void leaveHalfOpen(DtlsPath path) {
        halfOpenTotal--;
        shard.counters().add(Count.DTLS_HANDSHAKES, -1);
        Network network = Network.of(SocketAddresses.of(path.tuple().client()).getAddress());
        halfOpen.computeIfPresent(network, (key, count) -> count == 1 ? null : count - 1);
    }

    private static byte[] copy(Datagram datagram) {
        byte[] copy = new byte[datagram.length()];
        datagram.bytes().get(datagram.offset(), copy);
        return copy;
    }

    /** Answers where the datagram came from without keeping anything. Confined to its event loop. */
    private record Reply(DatagramSocketPort port, Datagram datagram) implements DatagramSender {
        @Override
        public int getSendLimit() {
            return DtlsDatagrams.HANDSHAKE_BYTES;
        }

        @Override
        public void send(byte[] from, int at, int length) {
            port.reply(datagram, ByteBuffer.wrap(from, at, length));
        }
    }
}
