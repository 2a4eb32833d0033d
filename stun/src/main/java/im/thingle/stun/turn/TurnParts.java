// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import im.thingle.stun.auth.Entropy;
import im.thingle.stun.message.ErrorCode;

/** What every kind of request needs. Confined to its event loop. */
record TurnParts(TurnSettings settings, PeerPolicy peers, AllocationQuotas quotas, Entropy entropy, TurnOutput out,
        Replies replies, AllocationTable table, Mobility mobility) {
    /** The allocation of who asks; null: it has none or it is another user's, and the request was refused. */
    Allocation owned(Asked asked, long nowNanos) {
        Allocation allocation = table.findLive(asked.from(), nowNanos);
        if (allocation == null) {
            replies.refuse(asked, ErrorCode.ALLOCATION_MISMATCH, TurnRefusal.ALLOCATION_MISMATCH);
            return null;
        }
        if (!allocation.username().equals(asked.username())) {
            replies.refuse(asked, ErrorCode.WRONG_CREDENTIALS, TurnRefusal.WRONG_CREDENTIALS);
            return null;
        }
        table.onActive(allocation, asked.from());
        return allocation;
    }
}
