// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.srtp;

/**
 * Makes an SSRC of ours from each of the party's, and the party's from ours: the one is the other with some bits turned
 * over, so that there is nothing to remember. Immutable.
 *
 * @param bits not zero
 */
public record SourceMask(int bits) {
    public SourceMask {
        if (bits == 0) {
            throw new IllegalArgumentException("a mask that changes nothing");
        }
    }

    /** Zero stands for no source in RTCP feedback (RFC 4585 §6.1), and stays. */
    public int turned(int ssrc) {
        return ssrc == 0 ? 0 : ssrc ^ bits;
    }

    /** Whether another source has, or could have, the same one for its own when turned. */
    boolean isAmbiguous(int ssrc) {
        return ssrc == 0 || ssrc == bits;
    }

    void turn(byte[] packet, int at) {
        Bytes.putInt(packet, at, turned(Bytes.getInt(packet, at)));
    }
}
