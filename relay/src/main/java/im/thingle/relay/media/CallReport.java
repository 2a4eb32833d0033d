// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.stun.attribute.TransportAddress;

/**
 * What a call did until it ended, or does so far; all its components together. Immutable.
 *
 * @param initiatorAddress where the initiator is reached; null: it is not yet
 * @param responderAddress likewise
 * @param bytesFromInitiator payload carried from the initiator to the responder
 * @param packetsDropped packets of either way that were not carried: from unchecked sources, over a rate, to nobody yet
 * @param durationNanos from its opening to its end, or so far
 * @param reason null: it is open
 */
public record CallReport(
        String id,
        CallOwner owner,
        TransportAddress initiatorAddress,
        TransportAddress responderAddress,
        long bytesFromInitiator,
        long packetsFromInitiator,
        long bytesFromResponder,
        long packetsFromResponder,
        long packetsDropped,
        long durationNanos,
        CallEnd reason) {
    /** Payload carried, both directions together. */
    public long bytes() {
        return bytesFromInitiator + bytesFromResponder;
    }

    /** Packets carried, both directions together. */
    public long packets() {
        return packetsFromInitiator + packetsFromResponder;
    }
}
