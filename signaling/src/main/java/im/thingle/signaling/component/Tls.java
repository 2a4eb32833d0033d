// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Whether the component link is encrypted. XEP-0114 has no STARTTLS, so TLS means TLS from the first byte. Immutable.
 */
public sealed interface Tls {
    /** Plain TCP: right on loopback and inside a tunnel, since the handshake does not protect what follows. */
    static Tls off() {
        return new Off();
    }

    /** TLS with the certificate authorities of the JDK. */
    static Tls direct() {
        return new Direct(Optional.empty());
    }

    /** TLS that trusts only the certificates of a PEM file. */
    static Tls direct(Path trustFile) {
        return new Direct(Optional.of(trustFile));
    }

    /** No encryption. Immutable. */
    record Off() implements Tls {}

    /** Direct TLS; the certificate must name the configured host. Immutable. */
    record Direct(Optional<Path> trustFile) implements Tls {}
}
