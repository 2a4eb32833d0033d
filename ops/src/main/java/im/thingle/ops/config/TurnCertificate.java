// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

import im.thingle.ops.certificate.BrokenCertificate;
import im.thingle.ops.certificate.CertificateFiles;
import im.thingle.ops.certificate.Names;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Reads the certificate of {@code thingle.turn} and tries it. Confined to its reader's thread. */
final class TurnCertificate {
    private final Path directory;

    TurnCertificate(Path directory) {
        this.directory = directory;
    }

    Optional<CertificateFiles> read(Section turn, List<String> announced) {
        var certificate = turn.at("certificate");
        var key = turn.at("key");
        var file = certificate.text().map(directory::resolve);
        var keyFile = key.text().map(directory::resolve);
        if (file.isEmpty()) {
            keyFile.ifPresent(alone -> key.error("has no certificate", "write turn.certificate too"));
            return Optional.empty();
        }
        var files = new CertificateFiles(file.get(), keyFile.orElse(file.get()));
        try {
            warn(certificate, files.read().chain().getFirst(), announced);
        } catch (BrokenCertificate broken) {
            if (broken.ofKey() && keyFile.isEmpty()) {
                key.error("is missing, and the file of the certificate " + broken.what(),
                        "write turn.key, the PEM file with the private key");
            } else {
                (broken.ofKey() ? key : certificate).error(broken.what(), broken.advice());
            }
        }
        return Optional.of(files);
    }

    private static void warn(Entry entry, X509Certificate certificate, List<String> announced) {
        var now = Instant.now();
        var begins = certificate.getNotBefore().toInstant();
        var ends = certificate.getNotAfter().toInstant();
        if (ends.isBefore(now)) {
            entry.warning("ended at " + ends, "renew it; clients refuse it");
        } else if (begins.isAfter(now)) {
            entry.warning("begins only at " + begins, "check the clock of this machine");
        }
        if (!announced.isEmpty() && announced.stream().noneMatch(name -> Names.cover(certificate, name))) {
            var names = Names.of(certificate).stream().sorted().toList();
            entry.warning("names none of public-addresses, only " + String.join(", ", names),
                    "announce a name that it has, or clients refuse it");
        }
    }
}
