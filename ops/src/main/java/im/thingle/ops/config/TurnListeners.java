// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

import im.thingle.relay.turn.NatDiscoverySettings;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where clients of the STUN/TURN server are taken. The IPv6 wildcard means IPv4 too. Immutable.
 *
 * @param natDiscovery the two addresses of RFC 5780, if the operator has two
 */
public record TurnListeners(
        List<InetSocketAddress> udp,
        List<InetSocketAddress> tcp,
        List<InetSocketAddress> tls,
        List<InetSocketAddress> dtls,
        Optional<NatDiscoverySettings> natDiscovery) {
    /** All of them, with repetitions. */
    public Stream<InetSocketAddress> all() {
        return Stream.of(udp, tcp, tls, dtls).flatMap(List::stream);
    }

    /** The ports of all of them. */
    public Stream<Integer> ports() {
        var two = natDiscovery.stream().flatMap(both -> Stream.of(both.primary(), both.alternate()));
        return Stream.concat(all(), two).map(InetSocketAddress::getPort);
    }

    /** Whether anybody can come with TLS or DTLS alone. */
    public boolean encrypted() {
        return !tls.isEmpty() || !dtls.isEmpty();
    }
}
