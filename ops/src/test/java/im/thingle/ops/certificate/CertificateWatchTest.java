// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.relay.turn.ServerCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateWatchTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final Duration SOON = Duration.ofMillis(5);

    @TempDir
    private Path directory;

    private final BlockingQueue<ServerCertificate> renewed = new LinkedBlockingQueue<>();

    private static ServerCertificate make() {
        return SelfSigned.make(List.of("turn.example.org"), NOW);
    }

    /** As certbot does it: whole files, by way of a link. */
    private CertificateFiles install(ServerCertificate first) throws IOException {
        var link = directory.resolve("live.pem");
        Files.createSymbolicLink(link, write("1.pem", first));
        return new CertificateFiles(link, link);
    }

    private Path write(String name, ServerCertificate certificate) throws IOException {
        return Files.writeString(directory.resolve(name), Pem.text(certificate));
    }

    private void relink(String name) throws IOException {
        var fresh = Files.createSymbolicLink(directory.resolve("fresh"), directory.resolve(name));
        Files.move(fresh, directory.resolve("live.pem"), StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void handsOverARenewedCertificateOnce() throws Exception {
        var first = make();
        var second = make();
        var files = install(first);

        try (var watch = CertificateWatch.start(files, first, SOON, renewed::add)) {
            assertThat(watch).isNotNull();
            write("2.pem", second);
            relink("2.pem");

            assertThat(renewed.poll(20, TimeUnit.SECONDS)).isEqualTo(second);
        }
        assertThat(renewed).isEmpty();
    }

    @Test
    void survivesHalfARenewal() throws Exception {
        var first = make();
        var third = make();
        var files = install(first);

        try (var watch = CertificateWatch.start(files, first, SOON, renewed::add)) {
            assertThat(watch).isNotNull();
            Files.writeString(directory.resolve("2.pem"), "-----BEGIN CERTIFICATE-----\nMIIB");
            relink("2.pem");
            Files.delete(directory.resolve("1.pem"));
            write("3.pem", third);
            relink("3.pem");

            assertThat(renewed.poll(20, TimeUnit.SECONDS)).isEqualTo(third);
        }
    }
}
