// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.srtp;

import java.util.Arrays;

/** What all keys of one direction are made from (RFC 3711 §3.2.1). Immutable. */
public record SrtpMaster(byte[] key, byte[] salt) {
    /** Of the DTLS client, from what DTLS exports for "EXTRACTOR-dtls_srtp" (RFC 5764 §4.2). */
    public static SrtpMaster ofClient(SrtpProfile profile, byte[] exported) {
        return of(profile, exported, 0);
    }

    /** Of the DTLS server, from the same. */
    public static SrtpMaster ofServer(SrtpProfile profile, byte[] exported) {
        return of(profile, exported, 1);
    }

    private static SrtpMaster of(SrtpProfile profile, byte[] exported, int which) {
        int key = which * SrtpProfile.KEY_BYTES;
        int salt = 2 * SrtpProfile.KEY_BYTES + which * profile.saltBytes();
        return new SrtpMaster(
                Arrays.copyOfRange(exported, key, key + SrtpProfile.KEY_BYTES),
                Arrays.copyOfRange(exported, salt, salt + profile.saltBytes()));
    }

    @Override
    public String toString() {
        return "SrtpMaster";
    }
}
