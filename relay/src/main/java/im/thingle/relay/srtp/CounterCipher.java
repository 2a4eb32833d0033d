// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.srtp;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES in counter mode, with HMAC-SHA1 (RFC 3711 §4.1.1, §4.2.1). The counters of a packet are encrypted in one go and
 * mixed in, since a counter mode cipher would have to be begun anew, with new objects, for each packet. Confined to its
 * event loop.
 *
 * <pre>
 *   RTP:   header  encrypted payload  tag (10)
 *   RTCP:  header (8)  encrypted rest  E bit and index (4)  tag (10)
 * </pre>
 */
final class CounterCipher implements SrtpCipher {
    private static final int BLOCK_BYTES = 16;
    private static final int TAG_BYTES = SrtpProfile.AES128_CM_HMAC_SHA1_80.tagBytes();
    private static final int SSRC_AT = 4;
    private static final int INDEX_AT = 8;
    private static final int INDEX_LENGTH = 6;

    private final Cipher blocks;
    private final Mac mac;
    private final byte[] salt;
    private final byte[] first = new byte[BLOCK_BYTES];
    private final byte[] word = new byte[4];
    private final byte[] tag;
    private byte[] counters = new byte[0];
    private byte[] stream = new byte[0];

    CounterCipher(SrtpKeys keys) {
        salt = keys.salt();
        try {
            blocks = Cipher.getInstance("AES/ECB/NoPadding");
            blocks.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(keys.encryption(), "AES"));
            mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(keys.authentication(), "HmacSHA1"));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has AES and HMAC", impossible);
        }
        tag = new byte[mac.getMacLength()];
    }

    @Override
    public int sealRtp(byte[] packet, int header, int length, long index) {
        crypt(packet, header, length, Rtp.ssrc(packet), index);
        sign(packet, length, (int) (index >>> 16));
        System.arraycopy(tag, 0, packet, length, TAG_BYTES);
        return length + TAG_BYTES;
    }

    @Override
    public int openRtp(byte[] packet, int header, int length, long index) {
        int end = length - TAG_BYTES;
        sign(packet, end, (int) (index >>> 16));
        if (!isTag(packet, end)) {
            return FORGED;
        }
        crypt(packet, header, end, Rtp.ssrc(packet), index);
        return end;
    }

    @Override
    public int sealRtcp(byte[] packet, int length, int index) {
        crypt(packet, RTCP_HEADER_BYTES, length, Rtcp.sender(packet), index);
        int word = index | ENCRYPTED;
        sign(packet, length, word);
        Bytes.putInt(packet, length, word);
        System.arraycopy(tag, 0, packet, length + INDEX_BYTES, TAG_BYTES);
        return length + INDEX_BYTES + TAG_BYTES;
    }

    @Override
    public int openRtcp(byte[] packet, int length, int word) {
        int end = length - INDEX_BYTES - TAG_BYTES;
        sign(packet, end, word);
        if (!isTag(packet, length - TAG_BYTES)) {
            return FORGED;
        }
        crypt(packet, RTCP_HEADER_BYTES, end, Rtcp.sender(packet), word & ~ENCRYPTED);
        return end;
    }

    @Override
    public int indexAt(int length) {
        return length - TAG_BYTES - INDEX_BYTES;
    }

    private void sign(byte[] packet, int length, int last) {
        mac.update(packet, 0, length);
        Bytes.putInt(word, 0, last);
        mac.update(word, 0, word.length);
        try {
            mac.doFinal(tag, 0);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("there is room for a tag", impossible);
        }
    }

    /** In constant time. */
    private boolean isTag(byte[] packet, int at) {
        int different = 0;
        for (int i = 0; i < TAG_BYTES; i++) {
            different |= tag[i] ^ packet[at + i];
        }
        return different == 0;
    }

    private void crypt(byte[] packet, int from, int to, int ssrc, long index) {
        int count = (to - from + BLOCK_BYTES - 1) / BLOCK_BYTES;
        if (counters.length < count * BLOCK_BYTES) {
            counters = new byte[2 * count * BLOCK_BYTES];
            stream = new byte[counters.length];
        }
        System.arraycopy(salt, 0, first, 0, salt.length);
        Bytes.mix(first, SSRC_AT, Integer.BYTES, ssrc);
        Bytes.mix(first, INDEX_AT, INDEX_LENGTH, index);
        for (int i = 0; i < count; i++) {
            System.arraycopy(first, 0, counters, i * BLOCK_BYTES, BLOCK_BYTES);
            Bytes.mix(counters, i * BLOCK_BYTES + BLOCK_BYTES - 2, 2, i);
        }
        try {
            blocks.update(counters, 0, count * BLOCK_BYTES, stream, 0);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("whole blocks, and room for them", impossible);
        }
        for (int i = from; i < to; i++) {
            packet[i] ^= stream[i - from];
        }
    }
}
