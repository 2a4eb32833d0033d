// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.account.Traffic;

/**
 * What a kind of relayed session has of its own where all go the same way. Immutable.
 *
 * @param word for the log
 * @param traffic what it is to its account
 * @param ended the reason of one that somebody who may has had ended
 * @param drained the reason of one that was cut with the service
 * @param bytesPerDay why there is none: this and all that follow
 */
record RelayKind<E, F>(
        String word,
        Traffic traffic,
        E ended,
        E drained,
        F bytesPerDay,
        F total,
        F perAccount,
        F portsExhausted,
        F outOfDescriptors,
        F draining,
        F fault) {
    static final RelayKind<CallEnd, CallRefusal> CALL = new RelayKind<>("call", Traffic.CALL, CallEnd.ENDED,
            CallEnd.DRAINED, CallRefusal.BYTES_PER_DAY, CallRefusal.CALLS_TOTAL, CallRefusal.CALLS_PER_JID,
            CallRefusal.PORTS_EXHAUSTED, CallRefusal.OUT_OF_DESCRIPTORS, CallRefusal.DRAINING, CallRefusal.FAULT);
    static final RelayKind<ChannelEnd, ChannelRefusal> CHANNEL = new RelayKind<>("channel", Traffic.CHANNEL,
            ChannelEnd.ENDED, ChannelEnd.DRAINED, ChannelRefusal.BYTES_PER_DAY, ChannelRefusal.CHANNELS_TOTAL,
            ChannelRefusal.CHANNELS_PER_JID, ChannelRefusal.PORTS_EXHAUSTED, ChannelRefusal.OUT_OF_DESCRIPTORS,
            ChannelRefusal.DRAINING, ChannelRefusal.FAULT);
}
