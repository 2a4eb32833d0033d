// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

import java.util.Set;

/**
 * How a call that ended with us ended. Immutable.
 *
 * @param reason the word of the log, as in {@link MediaEnd}
 * @param bytesBack that were sent back
 * @param lost packets of media that never came
 * @param refused packets that were forged, or came twice
 * @param payloadTypes of the media that came
 * @param route {@code IPv4} or {@code IPv6}; empty: the party was never reached
 */
public record MirrorEnd(
        String reason, long bytes, long packets, long bytesBack, long packetsBack, long lost, long refused,
        Set<Integer> payloadTypes, String route) {
    public MirrorEnd {
        payloadTypes = Set.copyOf(payloadTypes);
    }
}
