// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

/**
 * The only seam from relay channels to logs and counters. Called on event loops, so implementations must be safe from
 * any thread and must not block.
 */
public interface ChannelEvents {
    /** A channel is there; the report is of one without any packet. */
    void opened(ChannelReport channel);

    /** A channel has ended. */
    void closed(ChannelReport report);

    /** A channel was asked for in vain. */
    void refused(ChannelRefusal why, ChannelOwner owner);

    /** A fault of ours; the server lives on. */
    void bug(String where, Throwable fault);
}
