// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

/**
 * The only seam from brokered calls to logs and counters. Called on event loops, so implementations must be safe from
 * any thread and must not block.
 */
public interface CallEvents {
    /** A call has its ports; no party has been reached yet. */
    void opened(CallReport call);

    /** Both parties are reached, for the first time. */
    void connected(CallReport call);

    /** A call has ended. */
    void closed(CallReport report);

    /** A call was asked for in vain. */
    void refused(CallRefusal why, CallOwner owner);

    /** A fault of ours; the server lives on. */
    void bug(String where, Throwable fault);
}
