// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.thingle.ops.config.SettingsReader;
import im.thingle.signaling.port.CallService;
import im.thingle.signaling.port.CallService.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CallServicesTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00.7Z");
    private static final String ALICE = "alice@example.org";

    @TempDir
    private Path directory;

    private final AtomicInteger issued = new AtomicInteger();

    private Optional<CallServices> services(String more) throws IOException {
        var file = Files.writeString(directory.resolve("t.conf"), """
                thingle { xmpp { jid = proxy.example.org, secret = s }, public-addresses = ["203.0.113.7"] }
                """ + more);
        var outcome = SettingsReader.read(Optional.of(file), Map.of());
        var settings = outcome.settings().orElseThrow(() -> new AssertionError(outcome.problems().toString()));
        return CallServices.of(settings, settings.turn().listen(), settings.turn().credentials(),
                InstantSource.fixed(NOW), issued::incrementAndGet);
    }

    @Test
    void handsOutCredentialsThatTheServerTakesFromTheAccount() throws IOException {
        var made = services("thingle.turn.shared-secret = north-north-west-north").orElseThrow().credential(ALICE);

        var config = SettingsReader.read(Optional.of(directory.resolve("t.conf")), Map.of()).settings().orElseThrow();
        var known = CredentialStore.of("example.org", config.turn().credentials()).find(made.username());
        assertThat(made.expires()).isEqualTo(NOW.plus(Duration.ofDays(1)).minusMillis(700));
        assertThat(made.username()).startsWith(made.expires().getEpochSecond() + ":").doesNotContain("alice");
        assertThat(known.candidates()).contains(made.password());
        assertThat(known.user()).isEqualTo(ALICE);
        assertThat(known.expiresEpochSeconds()).isEqualTo(made.expires().getEpochSecond());
        assertThat(issued).hasValue(1);
    }

    @Test
    void makeThemGoodAsLongAsConfigured() throws IOException {
        var made = services("thingle { turn.shared-secret = north-north-west-north, external-services.lifetime = 12h }")
                .orElseThrow().credential(ALICE);

        assertThat(Duration.between(NOW, made.expires())).isGreaterThan(Duration.ofMinutes(719));
    }

    @Test
    void offerStunAloneIfThereIsNoSecretToMakeCredentialsWith() throws IOException {
        var stun = services("thingle.turn.users { bob = builder }").orElseThrow();

        assertThat(stun.services()).containsExactly(new CallService(Kind.STUN, "203.0.113.7", 3478, "udp"));
        assertThatThrownBy(() -> stun.credential(ALICE)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void offerNothingIfTheOperatorWantsThat() throws IOException {
        assertThat(services("thingle.external-services.enabled = off")).isEmpty();
    }
}
