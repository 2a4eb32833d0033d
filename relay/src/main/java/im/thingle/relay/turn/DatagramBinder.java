// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.relay.net.Transport;
import im.thingle.relay.udp.Datagram;
import im.thingle.relay.udp.DatagramSocketPort;
import im.thingle.relay.udp.Options;
import im.thingle.relay.udp.Receiver;
import im.thingle.stun.attribute.TransportAddress;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Binds the datagram listeners of all shards, before any of them is read: a socket that joined later would take over
 * some clients of the others. Confined to the thread that starts the service.
 */
final class DatagramBinder {
    private static final Receiver NOBODY = new Receiver() {
        @Override
        public void onDatagram(DatagramSocketPort port, Datagram datagram) {}

        @Override
        public void onFault(DatagramSocketPort port, Throwable bug) {}
    };

    private final List<TurnShard> shards;
    /** Whether sockets share an address by SO_REUSEPORT; without epoll there is one, so one loop has all datagrams. */
    private final boolean shared;

    DatagramBinder(List<TurnShard> shards, Transport transport) {
        shared = transport == Transport.EPOLL;
        this.shards = shared ? shards : shards.subList(0, 1);
    }

    /** Binds what the settings say; {@code udp} and {@code dtls} take what is really bound. */
    void bind(TurnServiceSettings settings, List<InetSocketAddress> udp, List<InetSocketAddress> dtls)
            throws IOException {
        Set<InetSocketAddress> plain = expand(settings.udp());
        if (settings.natDiscovery() != null) {
            plain.addAll(NatDiscovery.addresses(settings.natDiscovery()));
        }
        Set<InetSocketAddress> secure = settings.certificate() == null ? Set.of() : expand(settings.dtls());
        for (InetSocketAddress address : plain) {
            boolean both = address.getPort() != 0 && secure.contains(address);
            InetSocketAddress bound = bind(address, true, both);
            udp.add(bound);
            if (both) {
                dtls.add(bound);
            }
        }
        for (InetSocketAddress address : secure) {
            if (address.getPort() == 0 || !plain.contains(address)) {
                dtls.add(bind(address, false, true));
            }
        }
    }

    private InetSocketAddress bind(InetSocketAddress address, boolean plain, boolean secure) throws IOException {
        try {
            if (shared) {
                probe(SocketAddresses.of(address));
            }
            TransportAddress bound = SocketAddresses.of(address);
            for (TurnShard shard : shards) {
                TransportAddress next = bound;
                bound = OnLoop.call(shard.loop(), () -> shard.udp().listen(next, plain, secure));
            }
            return SocketAddresses.of(bound);
        } catch (IOException e) {
            throw new IOException(
                    "cannot listen on " + NetUtil.toSocketAddressString(address) + "/udp: " + e.getMessage(), e);
        }
    }

    /** Fails if somebody listens there: SO_REUSEPORT would let two servers of one user share the clients in silence. */
    private void probe(TransportAddress address) throws IOException {
        TurnShard first = shards.getFirst();
        OnLoop.call(first.loop(), () -> {
            try (DatagramSocketPort alone = first.engine()
                    .open(address, new Options(false, false, false, 0, 0), NOBODY)) {
                return alone.localAddress();
            }
        });
    }

    /**
     * A wildcard stays one where the kernel cannot but answer from the address that was asked. Of a machine with
     * several it stands for each, since clients drop answers from another one.
     */
    private static Set<InetSocketAddress> expand(List<InetSocketAddress> addresses) throws IOException {
        Set<InetSocketAddress> expanded = new LinkedHashSet<>();
        for (InetSocketAddress address : addresses) {
            List<InetAddress> own = own(address.getAddress());
            if (!address.getAddress().isAnyLocalAddress()
                    || own.stream().filter(each -> !each.isLoopbackAddress()).count() <= 1) {
                expanded.add(address);
            } else {
                own.forEach(each -> expanded.add(new InetSocketAddress(each, address.getPort())));
            }
        }
        return expanded;
    }

    /** This machine's addresses of the same family, but those of one link only. */
    private static List<InetAddress> own(InetAddress like) throws IOException {
        List<InetAddress> own = new ArrayList<>();
        for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            for (InetAddress address : Collections.list(each.getInetAddresses())) {
                if (each.isUp()
                        && !address.isLinkLocalAddress()
                        && address.getAddress().length == like.getAddress().length) {
                    own.add(unscoped(address));
                }
            }
        }
        return own;
    }

    private static InetAddress unscoped(InetAddress address) throws UnknownHostException {
        return InetAddress.getByAddress(address.getAddress());
    }
}
