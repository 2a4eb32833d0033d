// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.stun.message.Malformed;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.turn.FiveTuple;
import java.nio.ByteBuffer;

/**
 * A stream's search for the shard that has its client's allocation, which only two kinds of request begin:
 * ConnectionBind (RFC 6062 §4.3) and Refresh with a ticket (RFC 8016). Confined to its event loop.
 */
final class StreamSearch {
    private static final int REFRESH_REQUEST = 0x0004;
    private static final int CONNECTION_BIND_REQUEST = 0x000B;

    private int asked = 1;

    /** The shard to go to with this message, which counts as asked then; null: none. */
    TurnShard next(TurnShard here, FiveTuple from, ByteBuffer bytes, int at, int length) {
        int type = Short.toUnsignedInt(bytes.getShort(at));
        ShardDirectory directory = here.shared().directory();
        if (type != CONNECTION_BIND_REQUEST && type != REFRESH_REQUEST || asked >= directory.size()) {
            return null;
        }
        StunMessage message = here.streams().message();
        TurnShard next =
                message.wrap(bytes, at, length) == Malformed.NONE ? directory.shardFor(here, from, message) : null;
        if (next != null) {
            asked++;
        }
        return next;
    }
}
