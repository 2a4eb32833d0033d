// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import im.thingle.ops.state.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptCertificateTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final List<String> NAMES = List.of("turn.example.org", "203.0.113.7", "2001:db8::7");

    @TempDir
    private Path directory;

    private StateDirectory state;

    @BeforeEach
    void open() {
        state = new StateDirectory(directory);
    }

    @Test
    void namesEveryAddress() throws Exception {
        var made = KeptCertificate.open(state, NAMES, NOW);

        var certificate = made.certificate().chain().getFirst();
        assertThat(Names.of(certificate)).containsExactlyInAnyOrderElementsOf(NAMES);
        assertThat(certificate.getPublicKey()).isInstanceOf(ECPublicKey.class);
        assertThat(certificate.getBasicConstraints()).as("no authority").isEqualTo(-1);
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThatCode(() -> certificate.verify(certificate.getPublicKey())).doesNotThrowAnyException();
        assertThat(made.why()).contains("there was none");
    }

    @Test
    void isKeptForTheNextStart() throws IOException {
        var first = KeptCertificate.open(state, NAMES, NOW);

        var second = KeptCertificate.open(state, NAMES.subList(0, 2), NOW.plus(Duration.ofDays(365)));

        assertThat(second.why()).isEmpty();
        assertThat(second.certificate()).isEqualTo(first.certificate());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state.file(KeptCertificate.FILE))))
                .isEqualTo("rw-------");
    }

    @Test
    void isMadeAnewForANewAddress() throws IOException {
        var first = KeptCertificate.open(state, NAMES, NOW);

        var second = KeptCertificate.open(state, List.of("203.0.113.8"), NOW);

        assertThat(second.why()).contains("the old one does not name 203.0.113.8");
        assertThat(second.certificate()).isNotEqualTo(first.certificate());
    }

    @Test
    void isMadeAnewBeforeItEnds() throws IOException {
        var first = KeptCertificate.open(state, NAMES, NOW);
        var end = first.certificate().chain().getFirst().getNotAfter().toInstant();

        assertThat(KeptCertificate.open(state, NAMES, end.minus(Duration.ofDays(91))).why()).isEmpty();
        assertThat(KeptCertificate.open(state, NAMES, end.minus(Duration.ofDays(89))).why()).get().asString()
                .startsWith("the old one ends");
    }

    @Test
    void isMadeAnewWhenItWasDamaged() throws IOException {
        Files.writeString(state.file(KeptCertificate.FILE), "nonsense");

        assertThat(KeptCertificate.open(state, NAMES, NOW).why()).contains("the old one was damaged");
    }

    @Test
    void coversNamesAsClientsCheckThem() throws IOException {
        var certificate = KeptCertificate.open(state, List.of("*.Example.org", "2001:db8:0::7"), NOW)
                .certificate().chain().getFirst();

        assertThat(Names.cover(certificate, "TURN.example.org")).isTrue();
        assertThat(Names.cover(certificate, "2001:0db8::7")).isTrue();
        assertThat(Names.cover(certificate, "a.turn.example.org")).isFalse();
        assertThat(Names.cover(certificate, "example.org")).isFalse();
        assertThat(Names.cover(certificate, "2001:db8::8")).isFalse();
    }
}
