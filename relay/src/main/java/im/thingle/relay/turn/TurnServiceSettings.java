// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.stun.auth.Credentials;
import im.thingle.stun.turn.PeerPolicy;
import im.thingle.stun.turn.Prefix;
import im.thingle.stun.turn.TurnSettings;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * What the operator decides about the STUN/TURN server. Of all this only the ports change. Safe from any thread.
 *
 * @param udp addresses for plain UDP
 * @param tcp addresses for streams; plain and TLS are told apart by their first byte
 * @param tls the same as {@code tcp}, where plain streams are turned away
 * @param dtls addresses for DTLS over UDP
 * @param ports of at least one relayed address; others may take of them too
 * @param turn what the machine needs to know; its quotas are shared by all loops
 * @param peers the one check of peers; own relayed addresses are put into it by whoever builds it
 * @param certificate null: no TLS, no DTLS
 * @param trustedProxies sources whose streams must begin with a PROXY protocol header
 * @param natDiscovery null: no RFC 5780
 * @param nonceLifetime how long a nonce is good for
 * @param coalescing the most that a datagram may wait for company when there is much traffic; zero: not at all
 * @param earlyChecks the most that a connectivity check waits for its permission; zero: not at all
 * @param challengesPerNetwork refusals of a loop to one network of clients per second; 0: no limit
 */
public record TurnServiceSettings(
        List<InetSocketAddress> udp,
        List<InetSocketAddress> tcp,
        List<InetSocketAddress> tls,
        List<InetSocketAddress> dtls,
        RelayPorts ports,
        TurnSettings turn,
        Credentials credentials,
        PeerPolicy peers,
        StreamLimits streams,
        ServerCertificate certificate,
        List<Prefix> trustedProxies,
        NatDiscoverySettings natDiscovery,
        Duration nonceLifetime,
        Duration coalescing,
        Duration earlyChecks,
        int challengesPerNetwork) {
    public TurnServiceSettings {
        udp = List.copyOf(udp);
        tcp = List.copyOf(tcp);
        tls = List.copyOf(tls);
        dtls = List.copyOf(dtls);
        trustedProxies = List.copyOf(trustedProxies);
    }
}
