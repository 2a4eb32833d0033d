// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.turn.Allocation;
import im.thingle.stun.turn.AllocationReport;
import im.thingle.stun.turn.FiveTuple;
import im.thingle.stun.turn.TurnRefusal;
import java.net.InetSocketAddress;

/**
 * The only seam from the TURN shells to logs and counters. Called on event loops, so implementations must be safe from
 * any thread and must not block.
 */
public interface TurnEvents {
    /** An allocation exists; read it during the call only. */
    void started(Allocation allocation);

    /** An allocation has ended. */
    void ended(AllocationReport report);

    /**
     * A request was refused, or a message dropped.
     *
     * @param username null if none was given; whether it was proved follows from the reason
     * @param peer null where the refusal is about none
     * @param rule null, or which rule of the peer policy
     */
    void refused(TurnRefusal why, FiveTuple from, String username, TransportAddress peer, String rule);

    /** A stream was turned away. {@code client} is null if the connection could not even be accepted. */
    void refusedStream(StreamRefusal why, InetSocketAddress client, String detail);

    /** A fault of ours ended what is named; the server lives on. */
    void bug(String where, Throwable fault);
}
