// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import im.thingle.stun.attribute.AddressAttribute;
import im.thingle.stun.attribute.AddressErrorCode;
import im.thingle.stun.attribute.BytesAttribute;
import im.thingle.stun.attribute.NumberAttribute;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.attribute.TransportAddress.Family;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.ErrorCode;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.message.StunMessageWriter;
import java.util.HashMap;
import java.util.Map;

/**
 * Allocate, RFC 8656 §7: makes allocations. The relayed socket is opened outside; until that is done, the request waits
 * here. Confined to its event loop.
 */
final class AllocateRequest {
    private record Waiting(long request, Asked asked, AllocateAttributes wanted) {}

    private static final long ID_BITS = (1L << 48) - 1;

    private final TurnParts turn;
    private final Map<Long, Waiting> byRequest = new HashMap<>();
    private final Map<FiveTuple, Waiting> byTuple = new HashMap<>();
    private long lastRequest;
    private boolean draining;

    AllocateRequest(TurnParts turn) {
        this.turn = turn;
    }

    /** Takes nobody new from now on. */
    void drain() {
        draining = true;
    }

    /** Steps as in §7.2, of which the first, authentication, is done. */
    void handle(Asked asked, StunMessage message, long nowNanos) {
        // 2. The five-tuple is free; or this is the same request again, which gets the same answer.
        Allocation existing = turn.table().findLive(asked.from(), nowNanos);
        if (existing != null) {
            if (isSame(asked, existing.grant())) {
                answer(asked, existing);
            } else {
                turn.replies().refuse(asked, ErrorCode.ALLOCATION_MISMATCH, TurnRefusal.ALLOCATION_MISMATCH);
            }
            return;
        }
        Waiting waiting = byTuple.get(asked.from());
        if (waiting != null) {
            if (!isSame(asked, waiting.asked())) {
                turn.replies().refuse(asked, ErrorCode.ALLOCATION_MISMATCH, TurnRefusal.ALLOCATION_MISMATCH);
            }
            return;
        }
        if (draining) {
            turn.replies().refuse(asked, ErrorCode.INSUFFICIENT_CAPACITY, TurnRefusal.DRAINING);
            return;
        }
        // 3. to 8. What it asks for.
        AllocateAttributes wanted = AllocateAttributes.read(message, asked.from().transport(), turn.settings());
        if (wanted.error() != null) {
            turn.replies().refuse(asked, wanted.error(), wanted.why());
            return;
        }
        // 9. The user and the network have room for one more.
        TurnRefusal full = turn.quotas().take(asked.by().user(), asked.from().client());
        if (full != null) {
            turn.replies().refuse(asked, ErrorCode.ALLOCATION_QUOTA_REACHED, full);
            return;
        }
        open(new Waiting(++lastRequest, asked, wanted));
    }

    void onRelayOpened(long request, TransportAddress ipv4, TransportAddress ipv6, byte[] token, long nowNanos) {
        Waiting waiting = take(request);
        if (waiting == null) {
            return;
        }
        if (ipv4 == null && ipv6 == null) {
            fail(waiting, ErrorCode.INSUFFICIENT_CAPACITY);
            return;
        }
        if (turn.table().findLive(waiting.asked().from(), nowNanos) != null) {
            // Somebody moved here meanwhile (RFC 8016).
            giveBack(waiting);
            turn.out().relayUnwanted(request);
            turn.replies().refuse(waiting.asked(), ErrorCode.ALLOCATION_MISMATCH, TurnRefusal.ALLOCATION_MISMATCH);
            return;
        }
        Allocation allocation = make(waiting, ipv4, ipv6, token, nowNanos);
        if (waiting.wanted().mobile()) {
            allocation.ticket(turn.mobility().issue());
        }
        turn.table().add(allocation);
        turn.out().relayOpened(allocation, request);
        answer(waiting.asked(), allocation);
        turn.out().started(allocation);
    }

    void onRelayFailed(long request, ErrorCode why) {
        Waiting waiting = take(request);
        if (waiting != null) {
            fail(waiting, why);
        }
    }

    /** The client went away before its socket was opened. */
    void onDisconnected(FiveTuple from) {
        Waiting waiting = byTuple.get(from);
        if (waiting != null) {
            take(waiting.request());
            giveBack(waiting);
            turn.out().relayUnwanted(waiting.request());
        }
    }

    void close() {
        for (Waiting waiting : byRequest.values()) {
            giveBack(waiting);
            turn.out().relayUnwanted(waiting.request());
        }
        byRequest.clear();
        byTuple.clear();
    }

    int waiting() {
        return byRequest.size() + byTuple.size();
    }

    private void open(Waiting waiting) {
        byRequest.put(waiting.request(), waiting);
        byTuple.put(waiting.asked().from(), waiting);
        turn.out().openRelay(waiting.request(), waiting.asked().from(), waiting.wanted().relay());
    }

    private Waiting take(long request) {
        Waiting waiting = byRequest.remove(request);
        if (waiting != null) {
            byTuple.remove(waiting.asked().from());
        }
        return waiting;
    }

    private Allocation make(
            Waiting waiting, TransportAddress ipv4, TransportAddress ipv6, byte[] token, long nowNanos) {
        boolean partial = waiting.wanted().isDual() && (ipv4 == null || ipv6 == null);
        Family missing = !partial ? null : ipv4 == null ? Family.IPV4 : Family.IPV6;
        Asked asked = waiting.asked();
        AllocationGrant grant = new AllocationGrant(turn.entropy().nextLong() & ID_BITS, asked.from(), asked.idHigh(),
                asked.idLow(), asked.username(), asked.by().user(), waiting.wanted().relay().tcp(),
                waiting.wanted().lifetimeSeconds(), token, missing);
        return new Allocation(grant, turn.settings(), ipv4, ipv6, nowNanos);
    }

    private void fail(Waiting waiting, ErrorCode error) {
        giveBack(waiting);
        TurnRefusal why = switch (error) {
            case ADDRESS_FAMILY_NOT_SUPPORTED -> TurnRefusal.FAMILY;
            case UNSUPPORTED_TRANSPORT_PROTOCOL -> TurnRefusal.UNSUPPORTED_TRANSPORT;
            default -> TurnRefusal.PORTS_EXHAUSTED;
        };
        turn.replies().refuse(waiting.asked(), error, why);
    }

    private void giveBack(Waiting waiting) {
        turn.quotas().giveBack(waiting.asked().by().user(), waiting.asked().from().client());
    }

    /** §7.2, at its end; from the grant, so that it is the same whenever it is given. */
    private void answer(Asked asked, Allocation allocation) {
        AllocationGrant grant = allocation.grant();
        StunMessageWriter writer = turn.replies().success(asked);
        for (Family family : Family.values()) {
            if (allocation.relayed(family) != null) {
                AddressAttribute.write(writer, AttributeType.XOR_RELAYED_ADDRESS, allocation.relayed(family));
            }
        }
        NumberAttribute.LIFETIME.write(writer, grant.lifetimeSeconds());
        if (grant.token() != null) {
            BytesAttribute.RESERVATION_TOKEN.write(writer, grant.token());
        }
        AddressAttribute.write(writer, AttributeType.XOR_MAPPED_ADDRESS, asked.from().client());
        if (grant.missing() != null) {
            AddressErrorCode.write(writer, grant.missing(), ErrorCode.ADDRESS_FAMILY_NOT_SUPPORTED);
        }
        turn.mobility().write(writer, allocation);
        turn.replies().send(asked);
    }

    private static boolean isSame(Asked asked, AllocationGrant grant) {
        return asked.idHigh() == grant.idHigh() && asked.idLow() == grant.idLow()
                && asked.username().equals(grant.username());
    }

    private static boolean isSame(Asked asked, Asked before) {
        return asked.idHigh() == before.idHigh() && asked.idLow() == before.idLow()
                && asked.username().equals(before.username());
    }
}
