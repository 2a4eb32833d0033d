// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import java.nio.charset.StandardCharsets;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * What checks of one leg are signed with (RFC 8445 §7.2.2). Immutable.
 *
 * @param username how the user name of what comes to us begins: our fragment and a colon
 * @param ours signs what is asked of us
 * @param theirs signs what we ask, and what is answered to us; null: not known yet
 * @param asking the user name of what we ask; null: not known yet
 */
record IceKeys(byte[] username, SecretKey ours, SecretKey theirs, byte[] asking) {
    static IceKeys of(IceDescription ours, IceDescription theirs) {
        byte[] username = ascii(ours.fragment() + ":");
        return theirs == null
                ? new IceKeys(username, key(ours.password()), null, null)
                : new IceKeys(username, key(ours.password()), key(theirs.password()),
                        ascii(theirs.fragment() + ":" + ours.fragment()));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static SecretKey key(String password) {
        return new SecretKeySpec(ascii(password), "HmacSHA1");
    }
}
