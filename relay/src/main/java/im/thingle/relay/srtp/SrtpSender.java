// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.srtp;

/** Secures what goes to one party, where it is. Confined to its event loop. */
public final class SrtpSender {
    private final SrtpCipher rtp;
    private final SrtpCipher rtcp;
    private int rtcpIndex;

    public SrtpSender(SrtpProfile profile, SrtpMaster master) {
        rtp = SrtpCipher.of(profile, SrtpKeys.ofRtp(profile, master));
        rtcp = SrtpCipher.of(profile, SrtpKeys.ofRtcp(profile, master));
    }

    /** Secures an RTP packet, no other of whose source has this index; returns the new length. */
    public int sealRtp(byte[] packet, int length, long index) {
        return rtp.sealRtp(packet, Rtp.header(packet, length), length, index);
    }

    /** Secures a compound RTCP packet; returns the new length. */
    public int sealRtcp(byte[] packet, int length) {
        rtcpIndex = rtcpIndex + 1 & ~SrtpCipher.ENCRYPTED;
        return rtcp.sealRtcp(packet, length, rtcpIndex);
    }
}
