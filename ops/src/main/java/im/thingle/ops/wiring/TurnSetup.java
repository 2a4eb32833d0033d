// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import im.thingle.ops.certificate.KeptCertificate;
import im.thingle.ops.config.Settings;
import im.thingle.ops.config.TurnCredentials;
import im.thingle.ops.config.TurnOptions;
import im.thingle.ops.state.KeptSecret;
import im.thingle.relay.net.Transport;
import im.thingle.relay.turn.ServerCertificate;
import im.thingle.relay.turn.StreamLimits;
import im.thingle.relay.turn.TurnServiceSettings;
import im.thingle.stun.turn.TurnSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes what the STUN/TURN server needs out of what the operator decided, and looks up or makes what he left open.
 * Blocks. Immutable.
 *
 * @param credentials the secrets and users in effect
 */
public record TurnSetup(TurnServiceSettings settings, TurnCredentials credentials) {
    private static final Logger LOG = LoggerFactory.getLogger("thingle.turn");
    private static final InetAddress ANY_IPV4 = InetAddress.ofLiteral("0.0.0.0");
    private static final InetAddress ANY_IPV6 = InetAddress.ofLiteral("::");
    private static final Duration PERMISSION = Duration.ofMinutes(5); // RFC 8656 §9
    private static final Duration CHANNEL = Duration.ofMinutes(10); // RFC 8656 §12

    /** @throws IOException if something cannot be had; its message says what and what to do */
    public static TurnSetup prepare(Settings settings, Transport transport, RelaySites sites) throws IOException {
        var turn = settings.turn();
        var found = sites.find();
        var listen = turn.listen();
        var tcp = stream(listen.tcp());
        var credentials = credentials(settings);
        return new TurnSetup(new TurnServiceSettings(
                datagram(listen.udp(), transport),
                tcp,
                stream(listen.tls()).stream().filter(each -> each.getPort() == 0 || !tcp.contains(each)).toList(),
                datagram(listen.dtls(), transport),
                found.ports(),
                machine(turn),
                CredentialStore.of(turn.realm(), credentials),
                found.peers(),
                streams(turn),
                certificate(settings),
                turn.proxies(),
                listen.natDiscovery().orElse(null),
                turn.times().nonceLifetime(),
                turn.times().coalesce(),
                turn.times().earlyChecks(),
                turn.limits().challengesPerNetwork()), credentials);
    }

    /** Secrets and users in effect; without any in the configuration, the secret that is kept or made now. */
    public static TurnCredentials credentials(Settings settings) throws IOException {
        var configured = settings.turn().credentials();
        if (!configured.isEmpty()) {
            return configured;
        }
        var kept = KeptSecret.open(settings.state());
        if (kept.made()) {
            LOG.info("made a random TURN secret in {}; `thingle credentials --user NAME` makes credentials with it",
                    settings.state().file(KeptSecret.FILE));
        }
        return new TurnCredentials(List.of(kept.secret()), configured.users());
    }

    /** Whom a name on the wire belongs to: the account behind its tag, or the name without the time in it. */
    public String user(String username) {
        var password = settings.credentials().find(username);
        return password == null ? username : password.user();
    }

    private static TurnSettings machine(TurnOptions turn) {
        var limits = turn.limits();
        return new TurnSettings(turn.realm(), null, turn.times().defaultLifetime().toNanos(),
                turn.times().longestLifetime().toNanos(), PERMISSION.toNanos(), CHANNEL.toNanos(), true,
                turn.tcpRelay(), turn.mobility(), limits.allocationsPerUser(), limits.allocationsPerAddress(),
                limits.permissionsPerAllocation(), limits.channelsPerAllocation(), limits.ratePerAllocation());
    }

    private static StreamLimits streams(TurnOptions turn) {
        var usual = StreamLimits.DEFAULT;
        return new StreamLimits(turn.limits().connectionsPerAddress(), usual.connections(), usual.firstMessage(),
                usual.allocate(), usual.outboundBytes());
    }

    private static ServerCertificate certificate(Settings settings) throws IOException {
        var turn = settings.turn();
        if (turn.certificate().isPresent()) {
            return turn.certificate().get().read();
        }
        if (!turn.listen().encrypted()) {
            return null;
        }
        var kept = KeptCertificate.open(settings.state(), CertificateNames.of(settings), Instant.now());
        kept.why().ifPresent(why -> LOG.info("made a self-signed certificate, because {}: {}", why,
                settings.state().file(KeptCertificate.FILE)));
        LOG.warn("TLS and DTLS for calls use a self-signed certificate, which browsers refuse; write"
                + " thingle.turn.certificate and key");
        return kept.certificate();
    }

    /** With epoll a datagram socket has one family, so the IPv6 wildcard takes two; elsewhere it takes both itself. */
    private static List<InetSocketAddress> datagram(List<InetSocketAddress> addresses, Transport transport) {
        return transport == Transport.EPOLL
                ? addresses.stream().flatMap(TurnSetup::bothFamilies).distinct().toList()
                : stream(addresses);
    }

    /** A listener on the IPv6 wildcard takes IPv4 too. */
    private static List<InetSocketAddress> stream(List<InetSocketAddress> addresses) {
        var hasIpv6 = LocalAddresses.hasIpv6();
        return addresses.stream()
                .map(address -> isWildcard6(address) && !hasIpv6 ? ipv4(address) : address)
                .filter(address -> !hasIpv6 || !addresses.contains(new InetSocketAddress(ANY_IPV6, address.getPort()))
                        || !address.getAddress().equals(ANY_IPV4))
                .distinct()
                .toList();
    }

    private static Stream<InetSocketAddress> bothFamilies(InetSocketAddress address) {
        if (!isWildcard6(address)) {
            return Stream.of(address);
        }
        return LocalAddresses.hasIpv6() ? Stream.of(ipv4(address), address) : Stream.of(ipv4(address));
    }

    private static boolean isWildcard6(InetSocketAddress address) {
        return address.getAddress().isAnyLocalAddress() && address.getAddress().getAddress().length == 16;
    }

    private static InetSocketAddress ipv4(InetSocketAddress wildcard) {
        return new InetSocketAddress(ANY_IPV4, wildcard.getPort());
    }
}
