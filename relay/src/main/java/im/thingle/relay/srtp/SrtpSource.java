// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.srtp;

/** What is known of one source (SSRC) of a party. Confined to its event loop. */
final class SrtpSource {
    private static final int SEQUENCES = 1 << 16;

    private final int ssrc;
    private final ReplayWindow rtp = new ReplayWindow();
    private final ReplayWindow rtcp = new ReplayWindow();
    private long firstIndex;
    private long packets;

    SrtpSource(int ssrc) {
        this.ssrc = ssrc;
    }

    int ssrc() {
        return ssrc;
    }

    /** The index that is nearest to the highest so far (RFC 3711 §3.3.1, appendix A); less than zero: there is none. */
    long index(int sequence) {
        long highest = rtp.highest();
        if (highest < 0) {
            return sequence;
        }
        long index = highest & -SEQUENCES | sequence;
        if (index - highest > SEQUENCES / 2) {
            return index - SEQUENCES;
        }
        return highest - index > SEQUENCES / 2 ? index + SEQUENCES : index;
    }

    ReplayWindow rtcp() {
        return rtcp;
    }

    ReplayWindow rtp() {
        return rtp;
    }

    /** An RTP packet has come, and was authentic. */
    void add(long index) {
        firstIndex = packets == 0 ? index : Math.min(firstIndex, index);
        packets++;
        rtp.add(index);
    }

    /** How many RTP packets never came (RFC 3550 §6.4.1, with no packet counted twice). */
    long lost() {
        return packets == 0 ? 0 : rtp.highest() - firstIndex + 1 - packets;
    }
}
