// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.srtp;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES in Galois/counter mode (RFC 7714). Confined to its event loop.
 *
 * <pre>
 *   RTP:   header  encrypted payload  tag (16)
 *   RTCP:  header (8)  encrypted rest  tag (16)  E bit and index (4)
 * </pre>
 */
final class GcmCipher implements SrtpCipher {
    private static final int TAG_BYTES = SrtpProfile.AEAD_AES_128_GCM.tagBytes();
    private static final int SSRC_AT = 2;
    private static final int INDEX_AT = 6;
    private static final int INDEX_LENGTH = 6;

    private final Cipher cipher;
    private final SecretKeySpec key;
    private final byte[] salt;
    private final byte[] word = new byte[INDEX_BYTES];

    GcmCipher(SrtpKeys keys) {
        key = new SecretKeySpec(keys.encryption(), "AES");
        salt = keys.salt();
        try {
            cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has AES-GCM", impossible);
        }
    }

    @Override
    public int sealRtp(byte[] packet, int header, int length, long index) {
        begin(Cipher.ENCRYPT_MODE, Rtp.ssrc(packet), index);
        cipher.updateAAD(packet, 0, header);
        return header + end(packet, header, length);
    }

    @Override
    public int openRtp(byte[] packet, int header, int length, long index) {
        begin(Cipher.DECRYPT_MODE, Rtp.ssrc(packet), index);
        cipher.updateAAD(packet, 0, header);
        int rest = end(packet, header, length);
        return rest == FORGED ? FORGED : header + rest;
    }

    @Override
    public int sealRtcp(byte[] packet, int length, int index) {
        beginRtcp(Cipher.ENCRYPT_MODE, packet, index | ENCRYPTED);
        int end = RTCP_HEADER_BYTES + end(packet, RTCP_HEADER_BYTES, length);
        Bytes.putInt(packet, end, index | ENCRYPTED);
        return end + INDEX_BYTES;
    }

    @Override
    public int openRtcp(byte[] packet, int length, int word) {
        beginRtcp(Cipher.DECRYPT_MODE, packet, word);
        int rest = end(packet, RTCP_HEADER_BYTES, length - INDEX_BYTES);
        return rest == FORGED ? FORGED : RTCP_HEADER_BYTES + rest;
    }

    @Override
    public int indexAt(int length) {
        return length - INDEX_BYTES;
    }

    private void beginRtcp(int mode, byte[] packet, int last) {
        begin(mode, Rtcp.sender(packet), last & ~ENCRYPTED);
        cipher.updateAAD(packet, 0, RTCP_HEADER_BYTES);
        Bytes.putInt(word, 0, last);
        cipher.updateAAD(word);
    }

    /** §8.1 and §9.1: two zero bytes, the SSRC, and the index in six bytes, mixed with the salt. */
    private void begin(int mode, int ssrc, long index) {
        byte[] nonce = Arrays.copyOf(salt, salt.length);
        Bytes.mix(nonce, SSRC_AT, Integer.BYTES, ssrc);
        Bytes.mix(nonce, INDEX_AT, INDEX_LENGTH, index);
        try {
            cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
        } catch (GeneralSecurityException bug) {
            throw new IllegalStateException("the same index twice, or no AES", bug);
        }
    }

    private int end(byte[] packet, int from, int to) {
        try {
            return cipher.doFinal(packet, from, to - from, packet, from);
        } catch (AEADBadTagException forged) {
            return FORGED;
        } catch (GeneralSecurityException bug) {
            throw new IllegalStateException("there is room for a tag", bug);
        }
    }
}
