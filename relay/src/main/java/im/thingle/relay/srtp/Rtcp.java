// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.srtp;

/**
 * Turns the sources in a compound RTCP packet (RFC 3550 §6) round: who sent it becomes who it is about, and the other
 * way. All else stays: that it is about the other's packets is true of those that are mirrored. Immutable.
 *
 * <pre>
 *   V (2 bits) P count (5)   PT (1)   length in words, without this one (2)   SSRC of the sender (4)   and by type:
 *   200 SR     sender's figures (20)   report blocks, each SSRC (4) and figures (20)
 *   201 RR     report blocks
 *   202 SDES   items up to a zero, padded   further chunks: SSRC (4) and items
 *   203 BYE    further SSRCs (4 each)
 *   205 RTPFB  SSRC of the media (4)
 *   206 PSFB   SSRC of the media (4)   4 FIR: SSRC (4) and a number (4) each; 15 REMB: "REMB", count, rate, SSRCs
 *   207 XR     blocks: type (1)   specific (1)   length in words (2), most of them with an SSRC first
 * </pre>
 */
final class Rtcp {
    static final int SENDER_AT = 4;

    private static final int VERSION = 2;
    private static final int SENDER_REPORT = 200;
    private static final int RECEIVER_REPORT = 201;
    private static final int DESCRIPTION = 202;
    private static final int BYE = 203;
    private static final int RTP_FEEDBACK = 205;
    private static final int PAYLOAD_FEEDBACK = 206;
    private static final int EXTENDED_REPORT = 207;
    private static final int HEADER_BYTES = 8;
    private static final int FEEDBACK_BYTES = 12;
    private static final int SENDERS_FIGURES_BYTES = 20;
    private static final int REPORT_BLOCK_BYTES = 24;
    private static final int FULL_INTRA_REQUEST = 4;
    private static final int APPLICATION_LAYER = 15;
    private static final int REMB = 0x52454D42;
    private static final int RECEIVERS_TIME = 4;
    private static final int DELAYS = 5;
    private static final int DELAY_BYTES = 12;

    private Rtcp() {}

    /** Who sent a compound packet, or any of the packets in it. */
    static int sender(byte[] packet) {
        return Bytes.getInt(packet, SENDER_AT);
    }

    /** Turns all round; false if it is malformed, and then some of it may have been. */
    static boolean turn(byte[] packet, int length, SourceMask mask) {
        int at = 0;
        while (length - at >= Integer.BYTES) {
            int end = at + Integer.BYTES * (Bytes.getShort(packet, at + 2) + 1);
            if (end > length || (packet[at] & 0xFF) >>> 6 != VERSION) {
                return false;
            }
            if (end - at >= HEADER_BYTES) { // else it is about nobody: a BYE of no source
                mask.turn(packet, at + SENDER_AT);
                turnRest(packet, at, end, mask);
            }
            at = end;
        }
        return at == length && at > 0;
    }

    private static void turnRest(byte[] packet, int at, int end, SourceMask mask) {
        int count = packet[at] & 0x1F;
        switch (packet[at + 1] & 0xFF) {
            case SENDER_REPORT -> turnEach(
                    packet, at + HEADER_BYTES + SENDERS_FIGURES_BYTES, end, count, REPORT_BLOCK_BYTES, mask);
            case RECEIVER_REPORT -> turnEach(packet, at + HEADER_BYTES, end, count, REPORT_BLOCK_BYTES, mask);
            case DESCRIPTION -> turnChunks(packet, at + HEADER_BYTES, end, count - 1, mask);
            case BYE -> turnEach(packet, at + HEADER_BYTES, end, count - 1, Integer.BYTES, mask);
            case RTP_FEEDBACK -> turnEach(packet, at + HEADER_BYTES, end, 1, Integer.BYTES, mask);
            case PAYLOAD_FEEDBACK -> turnFeedback(packet, at, end, count, mask);
            case EXTENDED_REPORT -> turnBlocks(packet, at + HEADER_BYTES, end, mask);
            default -> { } // of what else there is, only the sender is known
        }
    }

    private static void turnEach(byte[] packet, int from, int end, int count, int step, SourceMask mask) {
        int at = from;
        for (int i = 0; i < count && end - at >= Integer.BYTES; i++) {
            mask.turn(packet, at);
            at += step;
        }
    }

    /** The first chunk's SSRC is where all others have the sender's. */
    private static void turnChunks(byte[] packet, int from, int end, int more, SourceMask mask) {
        int at = from;
        for (int left = more; left > 0; left--) {
            while (end - at >= 2 && packet[at] != 0) {
                at += 2 + (packet[at + 1] & 0xFF);
            }
            at = at + Integer.BYTES & -Integer.BYTES; // the zero, and what it is padded with
            if (end - at < Integer.BYTES) {
                return;
            }
            mask.turn(packet, at);
            at += Integer.BYTES;
        }
    }

    private static void turnFeedback(byte[] packet, int at, int end, int format, SourceMask mask) {
        turnEach(packet, at + HEADER_BYTES, end, 1, Integer.BYTES, mask);
        int from = at + FEEDBACK_BYTES;
        if (format == FULL_INTRA_REQUEST) {
            turnEach(packet, from, end, end, 2 * Integer.BYTES, mask);
        } else if (format == APPLICATION_LAYER && end - from >= HEADER_BYTES && Bytes.getInt(packet, from) == REMB) {
            turnEach(packet, from + HEADER_BYTES, end, packet[from + Integer.BYTES] & 0xFF, Integer.BYTES, mask);
        }
    }

    private static void turnBlocks(byte[] packet, int from, int end, SourceMask mask) {
        int at = from;
        while (end - at >= HEADER_BYTES) {
            int type = packet[at] & 0xFF;
            int next = Math.min(end, at + Integer.BYTES * (Bytes.getShort(packet, at + 2) + 1));
            int first = at + Integer.BYTES;
            if (type == DELAYS) {
                turnEach(packet, first, next, end, DELAY_BYTES, mask);
            } else if (type != RECEIVERS_TIME) {
                turnEach(packet, first, next, 1, Integer.BYTES, mask);
            }
            at = next;
        }
    }
}
