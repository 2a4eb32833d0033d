// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

import im.thingle.ops.state.StateDirectory;
import im.thingle.relay.turn.RelayAddress;
import im.thingle.stun.turn.Prefix;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The rows of {@link SettingsSummary} about the STUN/TURN server; secrets are never shown. */
final class TurnSummary {
    private final Map<String, String> rows = new LinkedHashMap<>();

    private TurnSummary() {}

    static Map<String, String> of(TurnOptions turn, StateDirectory state) {
        var summary = new TurnSummary();
        summary.rows.put("turn", Entry.word(turn.choice()) + (turn.choice() == TurnChoice.AUTO
                ? ": without it if it cannot start" : ""));
        if (turn.choice() != TurnChoice.OFF) {
            summary.fill(turn, state);
        }
        return summary.rows;
    }

    private void fill(TurnOptions turn, StateDirectory state) {
        var listen = turn.listen();
        rows.put("turn.udp, tcp", text(listen.udp()) + "; " + text(listen.tcp()));
        rows.put("turn.tls, dtls", text(listen.tls()) + "; " + text(listen.dtls()));
        listen.natDiscovery().ifPresent(two ->
                rows.put("turn.nat-discovery", text(List.of(two.primary(), two.alternate()))));
        rows.put("turn.realm", turn.realm());
        rows.put("turn credentials", turn.credentials().isEmpty()
                ? "a random secret, kept in " + state.path()
                : turn.credentials().secrets().size() + " secrets, " + turn.credentials().users().size() + " users");
        rows.put("turn.certificate", turn.certificate().map(files -> files.certificate() + ", key " + files.key())
                .orElse("self-signed, kept in " + state.path()));
        rows.put("turn.relay-ports", turn.relayPorts().first() + "-" + turn.relayPorts().last());
        rows.put("turn.relay-addresses", turn.relayAddresses().isEmpty() ? "from public-addresses"
                : turn.relayAddresses().stream().map(TurnSummary::text).collect(Collectors.joining(", ")));
        rows.put("turn peers", "allowed " + networks(turn.peers().allow()) + ", denied "
                + networks(turn.peers().deny()) + " besides the defaults, lowest port " + turn.peers().lowestPort()
                + turn.peers().allowedPorts().stream().map(port -> " or " + port).collect(Collectors.joining()));
        rows.put("turn extras", "tcp-relay " + word(turn.tcpRelay()) + ", mobility " + word(turn.mobility())
                + ", proxy-protocol " + (turn.proxies().isEmpty() ? "off" : "from " + networks(turn.proxies())));
        var times = turn.times();
        rows.put("turn times", "lifetime " + Units.text(times.defaultLifetime()) + ", at most "
                + Units.text(times.longestLifetime()) + ", nonce " + Units.text(times.nonceLifetime()) + ", coalesce "
                + Units.text(times.coalesce()) + ", early checks " + Units.text(times.earlyChecks()));
        fill(turn.limits());
    }

    private void fill(TurnLimits limits) {
        rows.put("turn allocations", most(limits.allocationsPerUser()) + " per user, "
                + most(limits.allocationsPerAddress()) + " per address");
        rows.put("turn per allocation", limits.permissionsPerAllocation() + " permissions, "
                + limits.channelsPerAllocation() + " channels, rate "
                + (limits.ratePerAllocation() == 0 ? "no limit" : Units.bytes(limits.ratePerAllocation()) + "/s"));
        rows.put("turn strangers", most(limits.challengesPerNetwork()) + " challenges/s per network, "
                + most(limits.connectionsPerAddress()) + " connections per address");
    }

    private static String most(int limit) {
        return limit == 0 ? "no limit" : String.valueOf(limit);
    }

    private static String word(boolean on) {
        return on ? "on" : "off";
    }

    private static String networks(List<Prefix> networks) {
        return networks.isEmpty() ? "none" : networks.stream().map(Prefix::toString).collect(Collectors.joining(", "));
    }

    private static String text(RelayAddress address) {
        var bind = NetUtil.toAddressString(address.bind());
        var announced = NetUtil.toAddressString(address.announced());
        return bind.equals(announced) ? bind : bind + " as " + announced;
    }

    private static String text(List<InetSocketAddress> addresses) {
        return addresses.isEmpty() ? "none"
                : addresses.stream().map(NetUtil::toSocketAddressString).collect(Collectors.joining(", "));
    }
}
