// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.relay.udp.Datagram;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.message.MessageClass;
import im.thingle.stun.message.MessageType;
import im.thingle.stun.message.Method;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.turn.Allocation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Connectivity checks (RFC 8445 §7.2.4) that reach a relayed address before its client has permitted their sender: the
 * peer has often learnt of the client's candidate a moment before the client learns of the peer's. They wait a little
 * for the permission, as if they had been longer on their way, since lost ones hold a call up until they are repeated.
 * Without the permission they go nowhere (RFC 8656 §9). Few and short, as anybody may send them. Confined to its event
 * loop.
 */
final class EarlyChecks {
    static final int MOST = 4;
    static final int LONGEST = 512;
    private static final int BINDING_REQUEST = MessageType.of(MessageClass.REQUEST, Method.BINDING).code();

    /** A check and when it came. */
    record Check(TransportAddress peer, ByteBuffer message, long cameNanos) {}

    private final long patienceNanos;
    private final List<Check> waiting = new ArrayList<>(MOST);

    /** @param patienceNanos so long a check waits at most */
    EarlyChecks(long patienceNanos) {
        this.patienceNanos = patienceNanos;
    }

    /** Whether it is a check, by its first bytes; without garbage. */
    static boolean isCheck(Datagram datagram) {
        int length = datagram.length();
        return length >= StunMessage.HEADER_BYTES
                && length <= LONGEST
                && datagram.bytes().getShort(datagram.offset()) == BINDING_REQUEST
                && datagram.bytes().getInt(datagram.offset() + Integer.BYTES) == StunMessage.MAGIC_COOKIE;
    }

    /** Forgets those that have waited too long; how many. */
    int forgetLate(long nowNanos) {
        int late = 0;
        while (late < waiting.size() && nowNanos - waiting.get(late).cameNanos() > patienceNanos) {
            late++;
        }
        if (late > 0) {
            waiting.subList(0, late).clear();
        }
        return late;
    }

    boolean isFull() {
        return waiting.size() == MOST;
    }

    /** How many wait. */
    int size() {
        return waiting.size();
    }

    /** Keeps a copy of the check; there must be room. */
    void add(TransportAddress peer, Datagram check, long nowNanos) {
        byte[] copy = new byte[check.length()];
        check.bytes().get(check.offset(), copy);
        waiting.add(new Check(peer, ByteBuffer.wrap(copy), nowNanos));
    }

    /** Takes those out, in the order in which they came, that the allocation permits by now. */
    List<Check> take(Allocation permitting, long nowNanos) {
        List<Check> taken = waiting.stream()
                .filter(each -> isPermitted(each.peer(), permitting, nowNanos))
                .toList();
        waiting.removeAll(taken);
        return taken;
    }

    private static boolean isPermitted(TransportAddress peer, Allocation by, long nowNanos) {
        return by.permits(peer.family(), peer.high(), peer.low(), nowNanos);
    }
}
