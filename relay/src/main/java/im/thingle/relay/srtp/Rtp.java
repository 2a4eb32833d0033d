// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.srtp;

/**
 * Reads what is readable of an RTP packet (RFC 3550 §5.1), secured or not. Immutable.
 *
 * <pre>
 *   V (2 bits) P X CC (4)   M PT (7)   sequence number (2)   timestamp (4)   SSRC (4)   CSRCs (4 each)
 *   with X: profile (2)   length in words (2)   extensions                                payload
 * </pre>
 */
final class Rtp {
    static final int FIXED_BYTES = 12;
    static final int SSRC_AT = 8;
    static final int MALFORMED = -1;

    private static final int VERSION = 2;
    private static final int EXTENSION_BYTES = 4;

    private Rtp() {}

    /** Whether a packet of this version is RTCP, where both come to one port (RFC 5761 §4). */
    static boolean isRtcp(byte[] packet, int length) {
        int type = length < 2 ? 0 : packet[1] & 0xFF;
        return type >= 192 && type <= 223;
    }

    /** How long the header is, with CSRCs and extensions; {@link #MALFORMED} if that is more than there is. */
    static int header(byte[] packet, int length) {
        if (length < FIXED_BYTES || (packet[0] & 0xFF) >>> 6 != VERSION) {
            return MALFORMED;
        }
        int header = FIXED_BYTES + Integer.BYTES * (packet[0] & 0x0F);
        if ((packet[0] & 0x10) != 0) {
            if (length < header + EXTENSION_BYTES) {
                return MALFORMED;
            }
            header += EXTENSION_BYTES + Integer.BYTES * Bytes.getShort(packet, header + 2);
        }
        return header <= length ? header : MALFORMED;
    }

    static int payloadType(byte[] packet) {
        return packet[1] & 0x7F;
    }

    static int sequence(byte[] packet) {
        return Bytes.getShort(packet, 2);
    }

    static int ssrc(byte[] packet) {
        return Bytes.getInt(packet, SSRC_AT);
    }
}
