// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

import java.time.Duration;
import java.util.Optional;

/**
 * Reads {@code thingle.external-services}, {@code thingle.relay-nodes} and {@code thingle.gateway}. Confined to its
 * reader's thread.
 */
final class ServicesReader {
    private static final int MOST = 1_000_000;
    private static final Duration SHORTEST_LIFETIME = Duration.ofHours(12); // clients that ask only once a day

    private ServicesReader() {}

    static ExternalServicesSettings external(Section thingle) {
        try (var section = thingle.section("external-services")) {
            return new ExternalServicesSettings(
                    section.at("enabled").isOn(),
                    section.at("lifetime").duration(SHORTEST_LIFETIME, Duration.ofDays(30)),
                    section.at("stuns").isOn(),
                    section.at("requests-per-minute").integer(0, MOST),
                    section.at("pushes").isOn(),
                    section.at("hosts").list().stream()
                            .map(PublicAddress::read).flatMap(Optional::stream).distinct().toList());
        }
    }

    static RelayNodesSettings relayNodes(Section thingle) {
        try (var section = thingle.section("relay-nodes")) {
            return new RelayNodesSettings(
                    section.at("enabled").isOn(),
                    section.at("channels-per-jid").integer(0, MOST),
                    section.at("channels").integer(0, MOST),
                    section.at("idle-timeout").duration(Duration.ofSeconds(5), Duration.ofHours(1)),
                    section.at("kbps-per-channel").integer(0, MOST));
        }
    }

    static GatewaySettings gateway(Section thingle) {
        try (var section = thingle.section("gateway")) {
            return new GatewaySettings(
                    section.at("enabled").isOn(),
                    section.at("contacts-per-jid").integer(0, MOST),
                    section.at("sessions-per-jid").integer(0, MOST),
                    section.at("sessions").integer(0, MOST),
                    section.at("ring-timeout").duration(Duration.ofSeconds(10), Duration.ofHours(1)),
                    section.at("calls").isOn(),
                    section.at("echo").isOn(),
                    section.at("echo-call-timeout").duration(Duration.ofSeconds(10), Duration.ofHours(1)));
        }
    }
}
