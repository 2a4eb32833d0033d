// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.bytestreams;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The name under which both sockets of a bytestream meet at the proxy (XEP-0065 §5.3.2, XEP-0260 §2.2). Immutable. */
public final class StreamHash {
    private StreamHash() {}

    /** The 40 lower-case hex digits of SHA-1(sid + requester + target), with the JIDs exactly as given. */
    public static String of(String sid, String requester, String target) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            return HexFormat.of().formatHex(sha1.digest((sid + requester + target).getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
