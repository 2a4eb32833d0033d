// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * By what a party is known in DTLS: its certificate has one of these fingerprints (RFC 8122 §5). Immutable.
 *
 * @param fingerprints those that {@link #understands} what they are made with; others count for nothing
 */
public record DtlsPeer(List<Fingerprint> fingerprints) {
    private static final Set<String> HASHES = Set.of("sha-224", "sha-256", "sha-384", "sha-512");

    /** Immutable. */
    public record Fingerprint(String hash, byte[] value) {}

    public DtlsPeer {
        fingerprints = List.copyOf(fingerprints);
    }

    /** Whether a hash is one to be trusted; SHA-1 and MD5 are not. */
    public static boolean understands(String hash) {
        return HASHES.contains(hash.toLowerCase(Locale.ROOT));
    }

    /** Whether a certificate, in DER, is the party's. */
    boolean is(byte[] certificate) {
        return fingerprints.stream().anyMatch(each -> understands(each.hash())
                && Arrays.equals(each.value(), digest(each.hash(), certificate)));
    }

    private static byte[] digest(String hash, byte[] bytes) {
        try {
            return MessageDigest.getInstance(hash.toUpperCase(Locale.ROOT)).digest(bytes);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has SHA-2", impossible);
        }
    }
}
