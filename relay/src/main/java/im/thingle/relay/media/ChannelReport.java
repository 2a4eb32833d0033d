// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.stun.attribute.TransportAddress;

/**
 * What a channel did until it ended, or does so far; RTP and RTCP together. Immutable.
 *
 * @param local where the requester is to send to, as announced; RTCP to the port above
 * @param remote where the other party is to send to, as announced; likewise
 * @param requesterSource where the requester's packets came from; null: none came
 * @param remoteSource where the other party's packets came from; null: none came
 * @param bytesFromRequester payload carried from the requester to the other party
 * @param packetsDropped packets of either way that were not carried: from strangers, over a rate, to nobody yet
 * @param durationNanos from its opening to its end, or so far
 * @param reason null: it is open
 */
public record ChannelReport(
        String id,
        ChannelOwner owner,
        TransportAddress local,
        TransportAddress remote,
        TransportAddress requesterSource,
        TransportAddress remoteSource,
        long bytesFromRequester,
        long packetsFromRequester,
        long bytesFromRemote,
        long packetsFromRemote,
        long packetsDropped,
        long durationNanos,
        ChannelEnd reason) {
    /** Payload carried, both directions together. */
    public long bytes() {
        return bytesFromRequester + bytesFromRemote;
    }
}
