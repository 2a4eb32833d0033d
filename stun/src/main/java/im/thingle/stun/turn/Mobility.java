// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import im.thingle.stun.attribute.BytesAttribute;
import im.thingle.stun.auth.Entropy;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.ErrorCode;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.message.StunMessageWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Lets clients take their allocation to another address, RFC 8016. The ticket names allocation and move and is worth
 * something to its user alone. Who shows it somewhere else is listened to in both places, and gets data at the old one
 * until something else comes from the new one. So long the ticket before is good too, since the answer may have been
 * lost. Confined to its event loop.
 *
 * <pre>
 *   allocation (8)  move (4)  HMAC-SHA256 of both and the user name, its first bytes (12)      in Base64
 * </pre>
 */
final class Mobility {
    private static final int NAMED_BYTES = 12;
    private static final int HMAC_BYTES = 12;
    /** COMPAT(turnutils_uclient, 4.6.1): it keeps a ticket as text of at most 32 characters. */
    private static final int TICKET_CHARACTERS = 32;
    private static final int KEY_BYTES = 32;

    private final AllocationTable table;
    private final Entropy entropy;
    private final Replies replies;
    private final Mac mac;

    Mobility(AllocationTable table, Entropy entropy, Replies replies) {
        this.table = table;
        this.entropy = entropy;
        this.replies = replies;
        byte[] key = new byte[KEY_BYTES];
        entropy.nextBytes(key);
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no HmacSHA256; run Thingle on one that has", e);
        }
    }

    /** A first ticket. */
    MobilityTicket issue() {
        long id = entropy.nextLong();
        while (table.hasTicket(id)) {
            id = entropy.nextLong();
        }
        return new MobilityTicket(id);
    }

    /** Adds the allocation's ticket, if it has one. */
    void write(StunMessageWriter writer, Allocation allocation) {
        MobilityTicket ticket = allocation.ticket();
        if (ticket != null) {
            ByteBuffer named = ByteBuffer.allocate(NAMED_BYTES + HMAC_BYTES);
            named.putLong(ticket.id()).putInt(ticket.sequence()).put(hmac(named.array(), allocation.username()));
            BytesAttribute.MOBILITY_TICKET.write(writer, Base64.getUrlEncoder().encode(named.array()));
        }
    }

    /** Whether the request has a ticket that was made here. */
    boolean recognises(StunMessage request) {
        byte[] ticket = read(request);
        return ticket != null && isGenuine(ticket, table.ticketHolder(ByteBuffer.wrap(ticket).getLong(0)));
    }

    /**
     * Finds the allocation that a Refresh request with a ticket is about.
     *
     * @return the allocation; null: the request was refused
     */
    Allocation find(Asked asked, StunMessage request, long nowNanos) {
        // 1. The ticket is ours, and of an allocation that still stands.
        byte[] ticket = read(request);
        Allocation allocation = ticket == null ? null : table.findTicket(ByteBuffer.wrap(ticket).getLong(0), nowNanos);
        if (!isGenuine(ticket, allocation)) {
            replies.refuse(asked, ErrorCode.BAD_REQUEST, TurnRefusal.MOBILITY);
            return null;
        }
        // 2. It is its user who shows it.
        if (!allocation.username().equals(asked.username())) {
            replies.refuse(asked, ErrorCode.WRONG_CREDENTIALS, TurnRefusal.WRONG_CREDENTIALS);
            return null;
        }
        // 3. The place it moves to has no other allocation.
        Allocation there = table.findLive(asked.from(), nowNanos);
        if (there != null && there != allocation) {
            replies.refuse(asked, ErrorCode.ALLOCATION_MISMATCH, TurnRefusal.ALLOCATION_MISMATCH);
            return null;
        }
        // 4. It is the last ticket, or the one before if the answer with the last may have been lost.
        int behind = allocation.ticket().sequence() - ByteBuffer.wrap(ticket).getInt(8);
        if (behind != 0 && !(behind == 1 && !allocation.ticket().isConfirmed())) {
            replies.refuse(asked, ErrorCode.BAD_REQUEST, TurnRefusal.MOBILITY);
            return null;
        }
        return allocation;
    }

    /** Makes ready for a move to where the request came from; or makes it, if the client is nowhere else. */
    void move(Allocation allocation, FiveTuple to, StunMessage request) {
        MobilityTicket ticket = allocation.ticket();
        boolean last = ByteBuffer.wrap(read(request)).getInt(8) == ticket.sequence();
        if (to.equals(ticket.pending())) {
            // The same request again, since its answer was lost; or one that knows of the answer.
            if (last) {
                table.onActive(allocation, to);
            }
            return;
        }
        boolean reachable = table.isReachable(allocation);
        if (reachable && to.equals(allocation.client())) {
            table.abandonMove(allocation);
            return;
        }
        if (last) {
            ticket.next();
        }
        table.prepareMove(allocation, to);
        if (!reachable) {
            table.completeMove(allocation);
        }
    }

    private boolean isGenuine(byte[] ticket, Allocation allocation) {
        return allocation != null
                && MessageDigest.isEqual(hmac(ticket, allocation.username()),
                        Arrays.copyOfRange(ticket, NAMED_BYTES, NAMED_BYTES + HMAC_BYTES));
    }

    private static byte[] read(StunMessage request) {
        int at = request.find(AttributeType.MOBILITY_TICKET);
        boolean whole = at != StunMessage.NONE && request.valueLength(at) == TICKET_CHARACTERS;
        return whole ? BytesAttribute.MOBILITY_TICKET.read(request, at).map(Mobility::decode).orElse(null) : null;
    }

    private static byte[] decode(byte[] ticket) {
        try {
            return Base64.getUrlDecoder().decode(ticket);
        } catch (IllegalArgumentException somebodyElses) {
            return null;
        }
    }

    private byte[] hmac(byte[] ticket, String username) {
        mac.update(ticket, 0, NAMED_BYTES);
        mac.update(username.getBytes(StandardCharsets.UTF_8));
        return Arrays.copyOf(mac.doFinal(), HMAC_BYTES);
    }
}
