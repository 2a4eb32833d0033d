// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.account;

import java.net.InetSocketAddress;

/**
 * The story of one activated bytestream, told when it ends, or so far when somebody asks. A SOCKS5 socket does not say
 * which party it is, so bytes are counted by connect order, not by role. Immutable.
 *
 * @param hash its key; of a brokered stream the first of its first leg
 * @param requester full JID of the party that activated it
 * @param target JID of the other party
 * @param session id of the brokered session that it is a part of; empty: the requester has asked for it (XEP-0065)
 * @param first address of the socket that came first, or of the first leg's of a brokered stream
 * @param second address of the other; null: the stream is bridged, there is no other socket
 * @param bytesFromFirst bytes carried from the first socket
 * @param bytesFromSecond bytes carried the other way
 * @param durationNanos from activation to the end, or so far
 * @param reason null: it is active
 */
public record StreamReport(
        String hash,
        String requester,
        String target,
        String session,
        InetSocketAddress first,
        InetSocketAddress second,
        long bytesFromFirst,
        long bytesFromSecond,
        long durationNanos,
        CloseReason reason) {
    /** Mean rate over the whole life in bytes per second, both ways together. */
    public long bytesPerSecond() {
        return durationNanos <= 0 ? 0 : (long) ((bytesFromFirst + bytesFromSecond) * 1e9 / durationNanos);
    }
}
