// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.stun.turn.FiveTuple;
import java.nio.ByteBuffer;

/**
 * Where a client can be reached that does not come by plain UDP: a stream or a DTLS association. Confined to its event
 * loop.
 */
interface ClientPath {
    /** Who it is. */
    FiveTuple tuple();

    /** Sends a STUN message, position to limit, which stay; the buffer is the caller's again afterwards. */
    void send(ByteBuffer stunMessage);

    /**
     * Sends data in a ChannelData frame of this channel. Whoever cannot keep up loses it, as on a datagram path.
     *
     * @return whether it was taken
     */
    boolean sendChannelData(int number, ByteBuffer payload);

    /** An allocation of this client begins or has ended; whoever has none for long is turned away. */
    default void allocated(boolean has) {}

    /** Ends the connection; {@link TurnShard#onClientGone} does not follow. */
    void close();
}
