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
 * @param theirs signs what is answered to us; null: not known yet
 */
record IceKeys(byte[] username, SecretKey ours, SecretKey theirs) {
    static IceKeys of(IceDescription ours, IceDescription theirs) {
        return new IceKeys((ours.fragment() + ":").getBytes(StandardCharsets.US_ASCII), key(ours.password()),
                theirs == null ? null : key(theirs.password()));
    }

    private static SecretKey key(String password) {
        return new SecretKeySpec(password.getBytes(StandardCharsets.US_ASCII), "HmacSHA1");
    }
}
