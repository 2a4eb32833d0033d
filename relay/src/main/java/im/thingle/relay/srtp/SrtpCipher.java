// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.srtp;

/**
 * Secures packets in the array that they are in, with one set of keys; which packet has which index is its caller's
 * business. Confined to its event loop.
 */
interface SrtpCipher {
    /** What is returned for a packet that nobody with the keys has made. */
    int FORGED = -1;
    /** Of an SRTCP packet: the index with the bit that says that the packet is encrypted (RFC 3711 §3.4). */
    int INDEX_BYTES = 4;
    /** The part of RTCP that stays readable. */
    int RTCP_HEADER_BYTES = 8;
    int ENCRYPTED = 1 << 31;

    /**
     * Secures an RTP packet.
     *
     * @param header how much of it stays readable
     * @param index rollover counter and sequence number (RFC 3711 §3.3.1)
     * @return the new length; the array has room for a tag behind the packet
     */
    int sealRtp(byte[] packet, int header, int length, long index);

    /** The length without what secured it, or {@link #FORGED}. */
    int openRtp(byte[] packet, int header, int length, long index);

    /** Secures an RTCP packet under an index of 31 bits; returns the new length. */
    int sealRtcp(byte[] packet, int length, int index);

    /** Opens one whose index, with the bit before it, has been read; returns the new length, or {@link #FORGED}. */
    int openRtcp(byte[] packet, int length, int word);

    /** Where the index is in an SRTCP packet. */
    int indexAt(int length);

    static SrtpCipher of(SrtpProfile profile, SrtpKeys keys) {
        return switch (profile) {
            case AES128_CM_HMAC_SHA1_80 -> new CounterCipher(keys);
            case AEAD_AES_128_GCM -> new GcmCipher(keys);
        };
    }
}
