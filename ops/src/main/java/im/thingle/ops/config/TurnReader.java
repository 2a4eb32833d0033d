// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

import im.thingle.relay.turn.NatDiscoverySettings;
import im.thingle.relay.turn.PortRange;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads {@code thingle.turn}. Confined to its reader's thread. */
final class TurnReader {
    private static final Pattern RANGE = Pattern.compile("([0-9]{1,9})\\s*-\\s*([0-9]{1,9})");
    private static final int LEAST_PORT = 1024;
    private static final int MOST = 1_000_000;
    private static final int MOST_PEERS = 10_000;
    private static final int LONGEST_REALM = 127; // RFC 8489 §14.9
    private static final long LEAST_BYTES = 1000;

    private final Listeners listeners;
    private final TurnSecrets secrets = new TurnSecrets();
    private final RelayAddresses addresses;
    private final TurnCertificate certificate;

    /** @param directory where relative paths start */
    TurnReader(Path directory, Listeners listeners, Problems problems) {
        this.listeners = listeners;
        this.addresses = new RelayAddresses(problems);
        this.certificate = new TurnCertificate(directory);
    }

    /** @param announced the public addresses */
    TurnOptions read(Section thingle, List<XmppServer> xmpp, List<String> announced) {
        var written = thingle.given("turn") != null;
        try (var turn = thingle.section("turn"); var limits = turn.section("limits")) {
            var choice = choice(turn.at("enabled"));
            var off = choice == TurnChoice.OFF;
            var listen = listen(turn, off);
            if (listen.all().findAny().isEmpty() && !off) {
                turn.at("udp").error("is empty, like tcp, tls and dtls", "write where clients come, or enabled = off");
            }
            return new TurnOptions(
                    choice == TurnChoice.AUTO && written ? TurnChoice.ON : choice,
                    listen,
                    realm(turn.at("realm"), xmpp),
                    secrets.read(turn),
                    certificate.read(turn, announced),
                    ports(turn.at("relay-ports")),
                    addresses.read(turn),
                    peers(turn),
                    turn.at("tcp-relay").isOn(),
                    turn.at("mobility").isOn(),
                    Network.list(turn.at("proxy-protocol")),
                    times(turn),
                    limits(limits));
        }
    }

    private static TurnChoice choice(Entry entry) {
        return entry.text().filter(text -> text.strip().equals("true")).isPresent() ? TurnChoice.ON
                : entry.text().filter(text -> text.strip().equals("false")).isPresent() ? TurnChoice.OFF
                : entry.choice(TurnChoice.class);
    }

    private TurnListeners listen(Section turn, boolean off) {
        return new TurnListeners(
                listen(turn.at("udp"), Listeners.Protocol.UDP, off),
                listen(turn.at("tcp"), Listeners.Protocol.TCP, off),
                listen(turn.at("tls"), Listeners.Protocol.TCP, off),
                listen(turn.at("dtls"), Listeners.Protocol.UDP, off),
                natDiscovery(turn.at("nat-discovery")));
    }

    private List<InetSocketAddress> listen(Entry entry, Listeners.Protocol protocol, boolean off) {
        var all = new ArrayList<InetSocketAddress>();
        for (var each : entry.list()) {
            var address = off ? ListenAddress.read(each) : listeners.readTurn(each, protocol);
            address.ifPresent(all::add);
        }
        return List.copyOf(all);
    }

    private static Optional<NatDiscoverySettings> natDiscovery(Entry entry) {
        var all = entry.list().stream().map(ListenAddress::read).flatMap(Optional::stream).toList();
        if (entry.list().isEmpty() || all.size() < entry.list().size()) {
            return Optional.empty();
        }
        if (all.size() == 2 && apart(all.getFirst(), all.getLast())) {
            return Optional.of(new NatDiscoverySettings(all.getFirst(), all.getLast()));
        }
        entry.error("must name two single addresses of one family, each with a port of its own",
                "write them as [\"192.0.2.1:3478\", \"192.0.2.2:3479\"]");
        return Optional.empty();
    }

    private static boolean apart(InetSocketAddress one, InetSocketAddress other) {
        return one.getAddress().getClass() == other.getAddress().getClass()
                && !one.getAddress().equals(other.getAddress())
                && !one.getAddress().isAnyLocalAddress()
                && !other.getAddress().isAnyLocalAddress()
                && one.getPort() != other.getPort()
                && one.getPort() != 0
                && other.getPort() != 0;
    }

    private static String realm(Entry entry, List<XmppServer> xmpp) {
        var realm = entry.text().map(String::strip).orElse("");
        if (realm.length() > LONGEST_REALM || entry.given() && realm.isEmpty()
                || realm.chars().anyMatch(each -> Character.isISOControl(each) || each == '"')) {
            entry.error("is not a realm: " + Entry.quoted(realm), "write your domain, such as example.org");
        }
        return realm.isEmpty() ? xmpp.stream().findFirst().map(XmppServer::jid)
                .map(jid -> XmppServer.parent(jid).orElse(jid)).orElse("") : realm;
    }

    private static PortRange ports(Entry entry) {
        var text = entry.text().map(String::strip).orElse("");
        var match = RANGE.matcher(text);
        if (!match.matches()) {
            entry.error("is not a range of ports: " + Entry.quoted(text),
                    "write \"FIRST-LAST\", such as \"49152-65535\"");
            return PortRange.DYNAMIC;
        }
        var first = Integer.parseInt(match.group(1));
        var last = Integer.parseInt(match.group(2));
        if (first > last) {
            entry.error("begins with its end: " + Entry.quoted(text), "write \"" + last + "-" + first + "\"");
        } else if (first < LEAST_PORT || last > 65_535) {
            entry.error("is " + text + ", outside " + LEAST_PORT + " to 65535", "");
        } else {
            return new PortRange(first, last);
        }
        return PortRange.DYNAMIC;
    }

    private static TurnPeers peers(Section turn) {
        return new TurnPeers(
                Network.list(turn.at("allow-peers")),
                Network.list(turn.at("deny-peers")),
                Network.nat64(turn.at("nat64")),
                turn.at("lowest-peer-port").integer(1, 65_535),
                turn.at("allow-peer-ports").list().stream().map(each -> each.integer(1, 65_535)).distinct().toList());
    }

    private static TurnTimes times(Section turn) {
        var usual = turn.at("default-lifetime").duration(Duration.ofMinutes(1), Duration.ofHours(1));
        var longest = turn.at("longest-lifetime").duration(Duration.ofMinutes(1), Duration.ofDays(1));
        if (longest.compareTo(usual) < 0) {
            turn.at("longest-lifetime").error("is less than default-lifetime, " + Units.text(usual),
                    "write " + Units.text(usual) + " or more");
        }
        return new TurnTimes(usual, longest,
                turn.at("nonce-lifetime").duration(Duration.ofMinutes(1), Duration.ofDays(1)),
                turn.at("coalesce").duration(Duration.ZERO, Duration.ofMillis(5)),
                turn.at("early-checks").duration(Duration.ZERO, Duration.ofSeconds(1)));
    }

    private static TurnLimits limits(Section section) {
        return new TurnLimits(
                section.at("allocations-per-user").integer(0, MOST),
                section.at("allocations-per-address").integer(0, MOST),
                section.at("permissions-per-allocation").integer(1, MOST_PEERS),
                section.at("channels-per-allocation").integer(1, MOST_PEERS),
                section.at("rate-per-allocation").bytes(LEAST_BYTES),
                section.at("challenges-per-network").integer(0, MOST),
                section.at("connections-per-address").integer(0, MOST));
    }
}
