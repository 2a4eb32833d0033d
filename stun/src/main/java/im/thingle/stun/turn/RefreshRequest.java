// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import im.thingle.stun.attribute.NumberAttribute;
import im.thingle.stun.attribute.TransportAddress.Family;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.ErrorCode;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.message.StunMessageWriter;

/**
 * Refresh, RFC 8656 §8: lets an allocation live on, gives it back, or moves it (RFC 8016). The two families of a dual
 * allocation live apart: REQUESTED-ADDRESS-FAMILY says which one is meant (§8.1). Confined to its event loop.
 */
final class RefreshRequest {
    private final TurnParts turn;
    private final RecentDeletions deletions = new RecentDeletions();

    RefreshRequest(TurnParts turn) {
        this.turn = turn;
    }

    void handle(Asked asked, StunMessage message, long nowNanos) {
        Allocation allocation = find(asked, message, nowNanos);
        if (allocation == null) {
            return;
        }
        int seconds = Lifetimes.refreshed(message, turn.settings());
        long family = NumberAttribute.REQUESTED_ADDRESS_FAMILY.read(message);
        if (seconds == Lifetimes.MALFORMED || family == NumberAttribute.MALFORMED) {
            turn.replies().refuse(asked, ErrorCode.BAD_REQUEST, TurnRefusal.BAD_REQUEST);
            return;
        }
        Family only = family == NumberAttribute.ABSENT ? null : Family.of((int) family);
        if (family != NumberAttribute.ABSENT && (only == null || allocation.relayed(only) == null)) {
            if (!wasGivenBack(asked)) {
                turn.replies().refuse(asked, ErrorCode.PEER_ADDRESS_FAMILY_MISMATCH, TurnRefusal.FAMILY);
            }
            return;
        }
        if (seconds == 0) {
            delete(asked, allocation, only, nowNanos);
            return;
        }
        if (allocation.ticket() != null && message.has(AttributeType.MOBILITY_TICKET)) {
            turn.mobility().move(allocation, asked.from(), message);
        }
        allocation.refresh(only, nowNanos + seconds * Lifetimes.SECOND_NANOS);
        // A shorter life than before must end in time; a longer one is found out at the old deadline.
        turn.table().deadlineBy(allocation, allocation.earliestNanos());
        StunMessageWriter writer = success(asked, seconds);
        turn.mobility().write(writer, allocation);
        turn.replies().send(asked);
    }

    private Allocation find(Asked asked, StunMessage message, long nowNanos) {
        Allocation there = turn.table().findLive(asked.from(), nowNanos);
        if (there == null && wasGivenBack(asked)) {
            return null;
        }
        if (message.has(AttributeType.MOBILITY_TICKET) && (there == null || there.ticket() != null)) {
            if (!turn.settings().mobility()) {
                turn.replies().refuse(asked, ErrorCode.MOBILITY_FORBIDDEN, TurnRefusal.MOBILITY);
                return null;
            }
            return turn.mobility().find(asked, message, nowNanos);
        }
        return turn.owned(asked, nowNanos);
    }

    /** Whether this very request gave back what it asks for, and its answer was lost; then it gets the same again. */
    private boolean wasGivenBack(Asked asked) {
        boolean again = deletions.has(asked);
        if (again) {
            success(asked, 0);
            turn.replies().send(asked);
        }
        return again;
    }

    /** One family of two is given back alone, all else ends the allocation. */
    private void delete(Asked asked, Allocation allocation, Family only, long nowNanos) {
        success(asked, 0);
        turn.replies().send(asked);
        deletions.add(asked);
        if (only == null || !allocation.isDual()) {
            turn.table().end(allocation, AllocationEnd.DELETED, nowNanos);
        } else {
            turn.table().end(allocation, only);
        }
    }

    private StunMessageWriter success(Asked asked, int seconds) {
        StunMessageWriter writer = turn.replies().success(asked);
        NumberAttribute.LIFETIME.write(writer, seconds);
        return writer;
    }
}
