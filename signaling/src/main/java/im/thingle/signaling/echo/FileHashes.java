// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.echo;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** The hashes of a file, by their names in XEP-0300. Immutable. */
record FileHashes(byte[] sha256, byte[] sha1) {
    /**
     * Computes them while bytes come: SHA-256 to be told, SHA-1 since old clients know nothing else. Confined to its event
     * loop.
     */
    static final class Counter {
        private final MessageDigest sha256 = digest("SHA-256");
        private final MessageDigest sha1 = digest("SHA-1");

        void add(byte[] bytes) {
            sha256.update(bytes);
            sha1.update(bytes);
        }

        FileHashes result() {
            return new FileHashes(sha256.digest(), sha1.digest());
        }

        private static MessageDigest digest(String name) {
            try {
                return MessageDigest.getInstance(name);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has " + name, e);
            }
        }
    }

    Map<String, String> base64() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("sha-256", Base64.getEncoder().encodeToString(sha256));
        all.put("sha-1", Base64.getEncoder().encodeToString(sha1));
        return all;
    }

    /** The hash people compare. */
    String hex() {
        return HexFormat.of().formatHex(sha256);
    }

    /** Whether one of the hashes that were told can be compared. */
    boolean knowsOneOf(Map<String, String> told) {
        return told.containsKey("sha-256") || told.containsKey("sha-1");
    }

    /** Whether no hash that was told is another one. */
    boolean agreeWith(Map<String, String> told) {
        return agree(sha256, told.get("sha-256")) && agree(sha1, told.get("sha-1"));
    }

    /** COMPAT(clients of XEP-0300 before 0.2): hex digits in the place of Base64. */
    private static boolean agree(byte[] ours, String theirs) {
        return theirs == null
                || theirs.equals(Base64.getEncoder().encodeToString(ours))
                || theirs.equalsIgnoreCase(HexFormat.of().formatHex(ours));
    }
}
