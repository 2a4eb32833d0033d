// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.certificate;

import im.thingle.ops.state.StateDirectory;
import im.thingle.relay.turn.ServerCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;

/**
 * The self-signed certificate of an operator who has no other, kept for the next start so that whoever has accepted it
 * once is not asked again. Immutable.
 *
 * @param why why it was made just now; empty if it is the one that was kept
 */
public record KeptCertificate(ServerCertificate certificate, Optional<String> why) {
    /** The file in the state directory, with certificate and key. */
    public static final String FILE = "turn-certificate.pem";

    /** One that is about to expire must not do so before the next start. */
    static final Duration LEFT = Duration.ofDays(90);

    /**
     * Takes the one that is kept, if it covers all names and is good for some time, or makes one.
     *
     * @param names host names and addresses without brackets
     */
    public static KeptCertificate open(StateDirectory directory, Collection<String> names, Instant now)
            throws IOException {
        return directory.locked(() -> {
            var file = directory.file(FILE);
            if (!Files.exists(file)) {
                return make(directory, names, now, "there was none");
            }
            try {
                var kept = new CertificateFiles(file, file).read();
                var flaw = flaw(kept, names, now);
                return flaw.isEmpty()
                        ? new KeptCertificate(kept, Optional.empty())
                        : make(directory, names, now, flaw.get());
            } catch (BrokenCertificate broken) {
                if (!Files.isReadable(file)) {
                    throw broken; // not ours to replace
                }
                return make(directory, names, now, "the old one was damaged");
            }
        });
    }

    private static Optional<String> flaw(ServerCertificate kept, Collection<String> names, Instant now) {
        var certificate = kept.chain().getFirst();
        var end = certificate.getNotAfter().toInstant();
        if (end.isBefore(now.plus(LEFT))) {
            return Optional.of("the old one ends " + end);
        }
        return names.stream().filter(name -> !Names.cover(certificate, name)).findFirst()
                .map(name -> "the old one does not name " + name);
    }

    private static KeptCertificate make(
            StateDirectory directory, Collection<String> names, Instant now, String why) throws IOException {
        var certificate = SelfSigned.make(names, now);
        directory.write(FILE, Pem.text(certificate));
        return new KeptCertificate(certificate, Optional.of(why));
    }
}
