// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.certificate.KeptCertificate;
import im.thingle.ops.config.SettingsReader;
import im.thingle.ops.state.KeptSecret;
import im.thingle.ops.state.StateDirectory;
import im.thingle.relay.net.Transport;
import im.thingle.relay.turn.TurnServiceSettings;
import im.thingle.stun.auth.SharedSecret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TurnSetupTest {
    @TempDir
    private Path directory;

    private TurnServiceSettings prepare(String turn, Transport transport) throws IOException {
        var file = Files.writeString(directory.resolve("t.conf"), """
                thingle { xmpp { jid = proxy.example.org, secret = s }, public-addresses = ["127.0.0.1"] }
                thingle.state-directory = state
                thingle.turn { %s }
                """.formatted(turn));
        var outcome = SettingsReader.read(Optional.of(file), Map.of());
        var settings = outcome.settings().orElseThrow(() -> new AssertionError(outcome.problems().toString()));
        return TurnSetup.prepare(settings, transport, new RelaySites(settings)).settings();
    }

    private TurnServiceSettings prepare(String turn) throws IOException {
        return prepare(turn, Transport.EPOLL);
    }

    private static InetSocketAddress at(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    @Test
    void makesASecretAndACertificateWhereThereAreNone() throws IOException {
        var settings = prepare("");

        var secret = Files.readString(directory.resolve("state").resolve(KeptSecret.FILE)).strip();
        var expires = Instant.now().plusSeconds(100).getEpochSecond();
        var known = settings.credentials().find(expires + ":juliet");
        assertThat(known.user()).isEqualTo("juliet");
        assertThat(known.candidates()).contains(
                new SharedSecret(List.of(secret)).mint("juliet", expires).password());
        var kept = KeptCertificate.open(
                new StateDirectory(directory.resolve("state")), List.of("127.0.0.1"), Instant.now());
        assertThat(settings.certificate()).isEqualTo(kept.certificate());
    }

    @Test
    void makesNothingThatNobodyNeeds() throws IOException {
        var settings = prepare("users { juliet = capulet }, tls = [], dtls = []");

        assertThat(settings.certificate()).isNull();
        assertThat(settings.credentials().find("juliet").candidates()).containsExactly("capulet");
        assertThat(settings.credentials().find("1763985600:juliet")).as("no secret, no such names").isNull();
        assertThat(directory.resolve("state")).doesNotExist();
    }

    @Test
    void acceptsUsersAndSecretsSideBySide() throws IOException {
        var credentials = prepare("users { juliet = capulet }, shared-secret = north-north-west-north").credentials();

        assertThat(credentials.find("juliet").candidates()).containsExactly("capulet");
        assertThat(credentials.find("1763985600:romeo").user()).isEqualTo("romeo");
    }

    @Test
    void givesEveryFamilyADatagramSocketOfItsOwnWithEpoll() throws IOException {
        assertThat(prepare("udp = [\"[::]:3478\"]").udp()).first().isEqualTo(at("0.0.0.0", 3478));
        assertThat(prepare("udp = [\"[::]:3478\", \"0.0.0.0:3478\"]").udp()).doesNotHaveDuplicates()
                .contains(at("0.0.0.0", 3478));
        assertThat(prepare("udp = [\"127.0.0.1:3478\"]").udp()).containsExactly(at("127.0.0.1", 3478));
        assertThat(prepare("udp = [\"[::]:3478\"]", Transport.NIO).udp()).hasSize(1);
    }

    @Test
    void listensOnceWherePlainAndTlsShareAPort() throws IOException {
        var settings = prepare("tcp = [\"127.0.0.1:443\"], tls = [\"127.0.0.1:443\", \"127.0.0.1:5349\"]");

        assertThat(settings.tcp()).containsExactly(at("127.0.0.1", 443));
        assertThat(settings.tls()).containsExactly(at("127.0.0.1", 5349));
        assertThat(prepare("tcp = [\"[::]:3478\", \"0.0.0.0:3478\"]").tcp()).hasSize(1);
    }

    @Test
    void passesOnWhatWasDecided() throws IOException {
        var settings = prepare("""
                realm = example.net, tcp-relay = on, default-lifetime = 5m, longest-lifetime = 2h, coalesce = 0, \
                early-checks = 20ms
                nonce-lifetime = 30m
                limits { allocations-per-user = 1, allocations-per-address = 2, permissions-per-allocation = 3,
                         channels-per-allocation = 4, rate-per-allocation = 5000, challenges-per-network = 6,
                         connections-per-address = 7 }
                """);

        var turn = settings.turn();
        assertThat(turn.realm()).isEqualTo("example.net");
        assertThat(turn.software()).as("a stranger need not know").isNull();
        assertThat(turn.defaultLifetimeNanos()).isEqualTo(Duration.ofMinutes(5).toNanos());
        assertThat(turn.maxLifetimeNanos()).isEqualTo(Duration.ofHours(2).toNanos());
        assertThat(turn.permissionLifetimeNanos()).isEqualTo(Duration.ofMinutes(5).toNanos());
        assertThat(turn.channelLifetimeNanos()).isEqualTo(Duration.ofMinutes(10).toNanos());
        assertThat(turn.udpRelay()).isTrue();
        assertThat(turn.tcpRelay()).isTrue();
        assertThat(turn.mobility()).isFalse();
        assertThat(List.of(turn.allocationsPerUser(), turn.allocationsPerAddress(), turn.permissionsPerAllocation(),
                turn.channelsPerAllocation(), settings.challengesPerNetwork(),
                settings.streams().connectionsPerAddress()))
                .containsExactly(1, 2, 3, 4, 6, 7);
        assertThat(turn.ratePerAllocation()).isEqualTo(5000);
        assertThat(settings.nonceLifetime()).isEqualTo(Duration.ofMinutes(30));
        assertThat(settings.coalescing()).isZero();
        assertThat(settings.earlyChecks()).isEqualTo(Duration.ofMillis(20));
    }
}
