// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * Derives the key of the long-term credential mechanism, RFC 8489 §9.2.2, §18.5: a digest of
 * {@code username ":" realm ":" password}. All three are taken as they come: whoever reads them from a configuration
 * prepares them (OpaqueString, RFC 8265) before. Safe from any thread.
 */
public final class LongTermKey {
    private LongTermKey() {}

    /** The key of password algorithm 0x0001 and of every client that names none. */
    public static SecretKey md5(String username, String realm, String password) {
        return derive("MD5", username, realm, password);
    }

    /** The key of password algorithm 0x0002. */
    public static SecretKey sha256(String username, String realm, String password) {
        return derive("SHA-256", username, realm, password);
    }

    private static SecretKey derive(String digest, String username, String realm, String password) {
        String text = username + ':' + realm + ':' + password;
        try {
            byte[] key = MessageDigest.getInstance(digest).digest(text.getBytes(StandardCharsets.UTF_8));
            return new SecretKeySpec(key, "HMAC");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no " + digest + "; run Thingle on one that has", e);
        }
    }
}
