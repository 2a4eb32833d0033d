// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.udp.Datagram;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.message.MessageClass;
import im.thingle.stun.message.MessageType;
import im.thingle.stun.message.Method;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.message.TransactionId;
import java.nio.ByteBuffer;

/**
 * What has been asked from a port, of whom and when, by the agent or by ourselves: an answer counts from there, once,
 * and not for ever (RFC 7675 §5.1, RFC 8445 §7.2.5.2.1). The last ones only; an agent asks one each 20 ms at most.
 * Confined to its event loop.
 */
final class IceQuestions {
    private static final int MOST = 64;
    /** Somebody may not collect questions, to answer one now and then. */
    private static final long ANSWERABLE_NANOS = 30_000_000_000L;
    private static final int REQUEST = MessageType.of(MessageClass.REQUEST, Method.BINDING).code();
    private static final int ID_AT = StunMessage.HEADER_BYTES - Long.BYTES - Integer.BYTES;

    /** Null: a question that has been answered. */
    private TransportAddress[] whom;
    private int[] high;
    private long[] low;
    private long[] askedNanos;
    private boolean[] own;
    private int next;

    /** A message of the agent's is about to be sent; if it is a question for the first time, it is kept in mind. */
    void onSent(byte[] message, TransportAddress to, long nowNanos) {
        ByteBuffer bytes = ByteBuffer.wrap(message);
        if (message.length < StunMessage.HEADER_BYTES || bytes.getShort(0) != REQUEST) {
            return;
        }
        int idHigh = bytes.getInt(ID_AT);
        long idLow = bytes.getLong(ID_AT + Integer.BYTES);
        if (find(idHigh, idLow) < 0) {
            keep(idHigh, idLow, to, nowNanos, false);
        }
    }

    /** A question of our own is about to be sent. */
    void onAsked(TransactionId id, TransportAddress to, long nowNanos) {
        keep(id.high(), id.low(), to, nowNanos, true);
    }

    private void keep(int idHigh, long idLow, TransportAddress to, long nowNanos, boolean ofOurs) {
        if (whom == null) {
            whom = new TransportAddress[MOST];
            high = new int[MOST];
            low = new long[MOST];
            askedNanos = new long[MOST];
            own = new boolean[MOST];
        }
        whom[next] = to;
        high[next] = idHigh;
        low[next] = idLow;
        askedNanos[next] = nowNanos;
        own[next] = ofOurs;
        next = (next + 1) % MOST;
    }

    /** Which question this answers, by transaction and source; negative: none. */
    int answered(StunMessage answer, Datagram from, long nowNanos) {
        int at = find(answer.transactionHigh(), answer.transactionLow());
        boolean fits = at >= 0
                && whom[at].port() == from.sourcePort()
                && whom[at].low() == from.sourceLow()
                && whom[at].high() == from.sourceHigh()
                && whom[at].family() == from.sourceFamily()
                && nowNanos - askedNanos[at] < ANSWERABLE_NANOS;
        return fits ? at : -1;
    }

    /** Whether the question was our own: its answer means nothing to the agent. */
    boolean isOwn(int question) {
        return own[question];
    }

    /** The answer has been believed: there is no other. */
    void forget(int question) {
        whom[question] = null;
    }

    private int find(int idHigh, long idLow) {
        for (int i = 0; whom != null && i < MOST; i++) {
            if (whom[i] != null && low[i] == idLow && high[i] == idHigh) {
                return i;
            }
        }
        return -1;
    }
}
