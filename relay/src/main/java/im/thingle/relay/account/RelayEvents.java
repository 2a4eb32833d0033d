// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.account;

import java.net.InetSocketAddress;

/**
 * The only seam from the data plane to logs and counters. Called on event loops, so implementations must be safe from
 * any thread and must not block.
 */
public interface RelayEvents {
    /** A bytestream was activated. */
    void started(String hash, String requester, String target);

    /** An activated bytestream ended. */
    void stopped(StreamReport report);

    /** A socket was turned away before there was a stream. */
    void refusedSocket(Refusal why, InetSocketAddress peer, String detail);

    /** An activation was turned away. */
    void refusedActivation(Refusal why, String requester, String target, String detail);

    /** A parked leg ended without ever being activated. */
    void unparked(CloseReason why, InetSocketAddress peer);

    /** A fault of ours closed one stream or leg; the server lives on. */
    void bug(String where, Throwable fault);
}
