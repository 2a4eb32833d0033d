// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

import im.thingle.relay.bytestream.BytestreamSettings;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The settings in effect as an aligned table for people; secrets are never shown. */
public final class SettingsSummary {
    private final Map<String, String> rows = new LinkedHashMap<>();

    private SettingsSummary() {}

    /** Lines that end in a newline each. */
    public static String of(Settings settings) {
        var summary = new SettingsSummary();
        summary.fill(settings);
        var width = summary.rows.keySet().stream().mapToInt(String::length).max().orElse(0);
        return summary.rows.entrySet().stream()
                .map(row -> ("  %-" + width + "s  %s%n").formatted(row.getKey(), row.getValue()))
                .collect(Collectors.joining());
    }

    private void fill(Settings settings) {
        for (var server : settings.xmpp()) {
            rows.put("xmpp " + server.jid(), server.host() + ":" + server.port() + ", secret "
                    + (server.secret().isEmpty() ? "unset" : "set") + ", tls " + Entry.word(server.tls())
                    + ", delegates for " + (server.domains().isEmpty() ? "none" : String.join(", ", server.domains())));
        }
        rows.put("public-addresses", settings.publicAddresses().isEmpty() ? "as bound"
                : String.join(", ", settings.publicAddresses()));
        fill(settings.bytestreams());
        rows.put("transport, threads", Entry.word(settings.transport()) + ", "
                + (settings.threads() == 0 ? "one per core" : settings.threads()));
        rows.putAll(TurnSummary.of(settings.turn(), settings.state()));
        fill(settings.externalServices());
        fill(settings.relayNodes());
        fill(settings.gateway());
        rows.put("access.allow", settings.allow().isEmpty() ? "each component's parent domain"
                : String.join(", ", settings.allow()));
        rows.put("access.operators", settings.operators().isEmpty()
                ? "nobody" : String.join(", ", settings.operators()));
        rows.put("admin.listen", settings.admin().map(SettingsSummary::text).orElse("off"));
        rows.put("drain-timeout", Units.text(settings.drainTimeout()));
        var log = settings.log();
        rows.put("log", Entry.word(log.level()) + ", " + Entry.word(log.format()) + ", " + Entry.word(log.addresses()));
    }

    private void fill(BytestreamSettings bytestreams) {
        var limits = bytestreams.limits();
        rows.put("bytestreams.listen", text(bytestreams.listen()));
        rows.put("timeouts", "handshake " + Units.text(bytestreams.handshakeTimeout())
                + ", parked " + Units.text(bytestreams.parkedTimeout())
                + ", idle " + orNever(Units.text(bytestreams.idleTimeout()))
                + ", half-closed " + Units.text(bytestreams.halfClosedTimeout()));
        rows.put("streams", most(limits.streams()) + ", per JID " + most(limits.streamsPerJid()) + ", per address "
                + most(limits.streamsPerAddress()));
        rows.put("parked", most(limits.parked()) + ", per address " + most(limits.parkedPerAddress()));
        rows.put("rate", size(limits.rate(), "/s") + ", per stream " + size(limits.ratePerStream(), "/s") + ", per JID "
                + size(limits.ratePerJid(), "/s") + ", per address " + size(limits.ratePerAddress(), "/s"));
        rows.put("bytes-per-day", size(limits.bytesPerDay(), "") + ", per JID " + size(limits.bytesPerDayPerJid(), "")
                + ", per address " + size(limits.bytesPerDayPerAddress(), ""));
    }

    private void fill(ExternalServicesSettings external) {
        rows.put("external-services", !external.enabled() ? "off"
                : "credentials for " + Units.text(external.lifetime()) + ", " + most(external.requestsPerMinute())
                        + " requests per minute and JID, pushes " + word(external.pushes()) + ", stuns "
                        + word(external.stuns()) + ", hosts "
                        + (external.hosts().isEmpty() ? "from public-addresses" : String.join(", ", external.hosts())));
    }

    private void fill(RelayNodesSettings nodes) {
        rows.put("relay-nodes", !nodes.enabled() ? "off"
                : "channels " + most(nodes.channels()) + ", per JID " + most(nodes.channelsPerJid()) + ", idle "
                        + Units.text(nodes.idleTimeout()) + ", rate "
                        + (nodes.kbpsPerChannel() == 0 ? "no limit" : nodes.kbpsPerChannel() + " kbit/s"));
    }

    private void fill(GatewaySettings gateway) {
        rows.put("gateway", !gateway.enabled() ? "off"
                : "sessions " + most(gateway.sessions()) + ", per JID " + most(gateway.sessionsPerJid())
                        + ", contacts per JID " + most(gateway.contactsPerJid()) + ", ring "
                        + Units.text(gateway.ringTimeout()) + ", calls " + word(gateway.calls()) + ", echo "
                        + word(gateway.echo()));
    }

    private static String word(boolean on) {
        return on ? "on" : "off";
    }

    private static String orNever(String duration) {
        return duration.equals("0") ? "never" : duration;
    }

    private static String most(int limit) {
        return limit == 0 ? "no limit" : String.valueOf(limit);
    }

    private static String size(long bytes, String per) {
        return bytes == 0 ? "no limit" : Units.bytes(bytes) + per;
    }

    private static String text(List<InetSocketAddress> addresses) {
        return addresses.stream().map(SettingsSummary::text).collect(Collectors.joining(", "));
    }

    private static String text(InetSocketAddress address) {
        return NetUtil.toSocketAddressString(address);
    }
}
