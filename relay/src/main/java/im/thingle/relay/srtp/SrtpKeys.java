// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.srtp;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys of one direction's RTP, or of its RTCP, made from the direction's master key (RFC 3711 §4.3, with a key
 * derivation rate of zero). Immutable.
 */
record SrtpKeys(byte[] encryption, byte[] authentication, byte[] salt) {
    private static final int BLOCK_BYTES = 16;
    private static final int LABEL_AT = 7;
    /** The first of three labels each (RFC 3711 §4.3.1, §4.3.2): encryption, authentication, salt. */
    private static final int OF_RTP = 0;
    private static final int OF_RTCP = 3;

    static SrtpKeys ofRtp(SrtpProfile profile, SrtpMaster master) {
        return derive(profile, master, OF_RTP);
    }

    static SrtpKeys ofRtcp(SrtpProfile profile, SrtpMaster master) {
        return derive(profile, master, OF_RTCP);
    }

    private static SrtpKeys derive(SrtpProfile profile, SrtpMaster master, int label) {
        return new SrtpKeys(
                derive(master, label, SrtpProfile.KEY_BYTES),
                derive(master, label + 1, SrtpProfile.AUTHENTICATION_KEY_BYTES),
                derive(master, label + 2, profile.saltBytes()));
    }

    /** The key stream of AES in counter mode that begins at salt and label (§4.3.3; RFC 7714 §11 for shorter salts). */
    private static byte[] derive(SrtpMaster master, int label, int length) {
        byte[] start = Arrays.copyOf(master.salt(), BLOCK_BYTES);
        start[LABEL_AT] ^= (byte) label;
        try {
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(master.key(), "AES"), new IvParameterSpec(start));
            return cipher.doFinal(new byte[length]);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has AES", impossible);
        }
    }
}
