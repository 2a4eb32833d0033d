// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import im.thingle.ops.config.Settings;
import im.thingle.ops.config.TurnPeers;
import im.thingle.relay.turn.RelayAddress;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.turn.PeerPolicy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** Builds the one policy on peers out of what the operator decided and what this machine and its services are. */
final class PeerRules {
    private PeerRules() {}

    /** @param machine all addresses of this machine */
    static PeerPolicy of(Settings settings, List<RelayAddress> relays, Collection<InetAddress> machine) {
        var strict = builder(settings).build();
        var policy = builder(settings);
        relays.forEach(relay -> policy.ownAddress(address(relay.bind())).ownAddress(address(relay.announced())));
        // its other public addresses are not for everybody either; those denied anyway must not become relays' own
        machine.stream().map(PeerRules::address)
                .filter(own -> strict.addressRefusal(own.family(), own.high(), own.low()) == null)
                .forEach(policy::ownAddress);
        services(settings).forEach(policy::ownService);
        return policy.build();
    }

    private static PeerPolicy.Builder builder(Settings settings) {
        var turn = settings.turn();
        return builder(turn.peers()).relayPorts(turn.relayPorts().first(), turn.relayPorts().last());
    }

    private static PeerPolicy.Builder builder(TurnPeers peers) {
        var policy = PeerPolicy.builder()
                .allow(peers.allow())
                .deny(peers.deny())
                .nat64(peers.nat64())
                .lowestPort(peers.lowestPort());
        peers.allowedPorts().forEach(policy::allowPort);
        return policy;
    }

    private static Stream<Integer> services(Settings settings) {
        var others = Stream.concat(settings.bytestreams().listen().stream(), settings.admin().stream());
        return Stream.concat(settings.turn().listen().ports(), others.map(InetSocketAddress::getPort))
                .filter(port -> port != 0);
    }

    private static TransportAddress address(InetAddress address) {
        return TransportAddress.of(address.getAddress(), 0);
    }
}
