// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.srtp;

/**
 * What a mirror has seen. Immutable.
 *
 * @param packets of RTP that were mirrored
 * @param bytes of the same, as they came
 * @param packetsBack of RTP that were sent back
 * @param bytesBack of the same
 * @param lost packets of RTP that never came, by their numbers
 * @param forged packets that nobody with the keys has made
 * @param replayed packets that had come before
 * @param malformed what was no packet
 * @param packetsOfType of each RTP payload type
 */
public record MirrorCounts(
        long packets, long bytes, long packetsBack, long bytesBack, long lost, long forged, long replayed,
        long malformed, long[] packetsOfType) {
    /** Nothing. */
    public static final MirrorCounts NONE = new MirrorCounts(0, 0, 0, 0, 0, 0, 0, 0, new long[128]);
}
