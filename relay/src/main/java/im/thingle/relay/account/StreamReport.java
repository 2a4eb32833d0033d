// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.account;

import java.net.InetSocketAddress;

/**
 * The story of one activated bytestream, told when it ends, or so far when somebody asks. A SOCKS5 socket does not say
 * which party it is, so bytes are counted by connect order, not by role. Immutable.
 *
 * @param requester full JID of the party that activated it
 * @param target JID of the other party
 * @param first address of the socket that came first
 * @param second address of the socket that came second
 * @param bytesFromFirst bytes carried from the first socket to the second
 * @param bytesFromSecond bytes carried the other way
 * @param durationNanos from activation to the end, or so far
 * @param reason null: it is active
 */
public record StreamReport(
        String hash,
        String requester,
        String target,
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
