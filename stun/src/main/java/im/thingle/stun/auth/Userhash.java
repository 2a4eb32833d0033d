// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Makes the value of USERHASH: SHA-256 of {@code username ":" realm} (RFC 8489 §14.4). Safe from any thread. */
public final class Userhash {
    private Userhash() {}

    /** The 32 bytes for this name. */
    public static byte[] of(String username, String realm) {
        try {
            byte[] text = (username + ':' + realm).getBytes(StandardCharsets.UTF_8);
            return MessageDigest.getInstance("SHA-256").digest(text);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no SHA-256; run Thingle on one that has", e);
        }
    }
}
