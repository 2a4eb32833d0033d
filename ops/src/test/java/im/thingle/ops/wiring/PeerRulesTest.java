// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.config.SettingsReader;
import im.thingle.relay.turn.RelayAddress;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.turn.PeerPolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the whole policy says, made from a configuration, on a machine behind a 1:1 NAT. */
class PeerRulesTest {
    private static final RelayAddress RELAY =
            new RelayAddress(InetAddress.ofLiteral("10.0.0.5"), InetAddress.ofLiteral("9.9.9.7"));

    @TempDir
    private Path directory;

    private PeerPolicy policy(String turn) throws IOException {
        var file = Files.writeString(directory.resolve("t.conf"), """
                thingle { xmpp { jid = proxy.example.org, secret = s }, public-addresses = ["9.9.9.7"] }
                thingle.turn { %s }
                """.formatted(turn));
        var outcome = SettingsReader.read(Optional.of(file), Map.of());
        var settings = outcome.settings().orElseThrow(() -> new AssertionError(outcome.problems().toString()));
        var machine = Stream.of("127.0.0.1", "10.0.0.5", "172.17.0.1", "8.8.4.4").map(InetAddress::ofLiteral).toList();
        return PeerRules.of(settings, List.of(RELAY), machine);
    }

    private static String refusal(PeerPolicy policy, String address, int port) {
        var peer = TransportAddress.of(InetAddress.ofLiteral(address).getAddress(), port);
        return policy.refusal(peer.family(), peer.high(), peer.low(), port);
    }

    @Test
    void allowsThePublicInternetAndOtherClients() throws IOException {
        var policy = policy("");

        assertThat(refusal(policy, "1.1.1.1", 40_000)).isNull();
        assertThat(refusal(policy, "2606:4700::1111", 40_000)).isNull();
        assertThat(refusal(policy, "9.9.9.7", 50_000)).as("relayed address, announced").isNull();
        assertThat(refusal(policy, "10.0.0.5", 50_000)).as("relayed address, bound").isNull();
    }

    @Test
    void deniesPrivateNetworksLowPortsAndThisMachine() throws IOException {
        var policy = policy("");

        assertThat(refusal(policy, "10.0.0.6", 50_000)).contains("private use");
        assertThat(refusal(policy, "127.0.0.1", 50_000)).contains("loopback");
        assertThat(refusal(policy, "172.17.0.1", 50_000)).as("a bridge of this machine").contains("private use");
        assertThat(refusal(policy, "169.254.169.254", 50_000)).contains("link-local");
        assertThat(refusal(policy, "1.1.1.1", 53)).isEqualTo("port below 1024");
        assertThat(refusal(policy, "9.9.9.7", 8080)).isEqualTo("own address of this server");
        assertThat(refusal(policy, "8.8.4.4", 8080)).isEqualTo("own address of this server");
    }

    @Test
    void followsTheOperator() throws IOException {
        var policy = policy("allow-peers = [\"10.0.0.0/8\", \"127.0.0.1\"], deny-peers = [\"10.9.0.0/16\","
                + " \"1.1.1.1\"], lowest-peer-port = 2000, allow-peer-ports = [443]");

        assertThat(refusal(policy, "10.0.0.6", 50_000)).isNull();
        assertThat(refusal(policy, "10.9.0.6", 50_000)).isEqualTo("10.9.0.0/16 in deny-peers");
        assertThat(refusal(policy, "1.1.1.1", 50_000)).isEqualTo("1.1.1.1/32 in deny-peers");
        assertThat(refusal(policy, "1.1.1.2", 443)).isNull();
        assertThat(refusal(policy, "1.1.1.2", 1999)).isEqualTo("port below 2000");
    }

    @Test
    void neverLeadsToItsOwnServices() throws IOException {
        var policy = policy("allow-peers = [\"10.0.0.0/8\", \"127.0.0.1\"], lowest-peer-port = 1");

        for (var port : List.of(3478, 5349, 5000, 9600)) {
            assertThat(refusal(policy, "127.0.0.1", port)).isEqualTo("own service of this server");
            assertThat(refusal(policy, "10.0.0.5", port)).isEqualTo("own service of this server");
        }
        assertThat(refusal(policy, "127.0.0.1", 8080)).isNull();
    }
}
