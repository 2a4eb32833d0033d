// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.udp.Datagram;
import im.thingle.stun.attribute.TransportAddress.Family;
import im.thingle.stun.attribute.UnknownAttributes;
import im.thingle.stun.auth.MessageIntegrity;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.Malformed;
import im.thingle.stun.message.MessageClass;
import im.thingle.stun.message.Method;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.turn.PeerPolicy;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Set;

/**
 * Lets STUN in that a party has signed with what it was told, from where a party may be; nothing else gets as far as
 * ice4j, nor gets an answer. Confined to its event loop.
 */
final class IceGate {
    /** What a datagram is. */
    enum Kind {
        /** To be forgotten. */
        NOTHING,
        REQUEST,
        /** A request with USE-CANDIDATE. */
        NOMINATION,
        /** A success response to what the agent asked: who sent it consents to being sent more (RFC 7675 §5.1). */
        ANSWER,
        /** An error response to what the agent asked. */
        ERROR,
        /** A success response to what we asked ourselves. */
        CONSENT,
        /** An error response to what we asked ourselves. */
        REFUSAL
    }

    /** What a check may have that must be understood; all else is for the agent. */
    private static final Set<AttributeType> UNDERSTOOD = EnumSet.of(
            AttributeType.USERNAME, AttributeType.PRIORITY, AttributeType.USE_CANDIDATE,
            AttributeType.MESSAGE_INTEGRITY);

    private final PeerPolicy peers;
    private final MessageIntegrity integrity = MessageIntegrity.sha1();
    private final StunMessage message = new StunMessage();

    IceGate(PeerPolicy peers) {
        this.peers = peers;
    }

    /** Whether it is STUN, by RFC 7983 §7 and the magic cookie; without garbage. */
    static boolean isStun(Datagram datagram) {
        if (datagram.length() < StunMessage.HEADER_BYTES) {
            return false;
        }
        ByteBuffer bytes = datagram.bytes();
        return (bytes.get(datagram.offset()) & 0xFC) == 0
                && bytes.getInt(datagram.offset() + Integer.BYTES) == StunMessage.MAGIC_COOKIE;
    }

    /** Whether somebody may be a party, by address alone. */
    boolean admits(Family family, long high, long low, int port) {
        return peers.refusal(family, high, low, port) == null;
    }

    /**
     * What this is. A response is none that is not signed, even if it is an error that its sender could not sign (RFC
     * 8489 §9.1.4), or that answers nothing.
     */
    Kind judge(Datagram datagram, IceKeys keys, IceQuestions asked, long nowNanos) {
        if (keys == null
                || !admits(datagram.sourceFamily(), datagram.sourceHigh(), datagram.sourceLow(), datagram.sourcePort())
                || message.wrap(datagram.bytes(), datagram.offset(), datagram.length()) != Malformed.NONE
                || message.type().method() != Method.BINDING) {
            return Kind.NOTHING;
        }
        MessageClass messageClass = message.type().messageClass();
        return switch (messageClass) {
            case REQUEST -> !isForUs(keys) || !integrity.verify(message, keys.ours())
                    ? Kind.NOTHING
                    : message.has(AttributeType.USE_CANDIDATE) ? Kind.NOMINATION : Kind.REQUEST;
            case SUCCESS_RESPONSE -> answer(datagram, keys, asked, nowNanos, Kind.ANSWER, Kind.CONSENT);
            case ERROR_RESPONSE -> answer(datagram, keys, asked, nowNanos, Kind.ERROR, Kind.REFUSAL);
            case INDICATION -> Kind.NOTHING;
        };
    }

    /** The request that was judged last. */
    StunMessage request() {
        return message;
    }

    /**
     * Whether what was judged last is a check that is answered without further ado, where all is agreed upon: it claims
     * no role that is ours (RFC 8445 §7.3.1.1), has what a check has, and nothing that would have to be understood.
     */
    boolean isPlain(IceRole ours) {
        return message.has(AttributeType.PRIORITY)
                && !message.has(ours.controlling() ? AttributeType.ICE_CONTROLLING : AttributeType.ICE_CONTROLLED)
                && UnknownAttributes.first(message, UNDERSTOOD) == StunMessage.NONE;
    }

    private Kind answer(
            Datagram datagram, IceKeys keys, IceQuestions asked, long nowNanos, Kind ofAgent, Kind ofOurs) {
        int question = asked.answered(message, datagram, nowNanos);
        if (question < 0 || keys.theirs() == null || !integrity.verify(message, keys.theirs())) {
            return Kind.NOTHING;
        }
        asked.forget(question);
        return asked.isOwn(question) ? ofOurs : ofAgent;
    }

    private boolean isForUs(IceKeys keys) {
        int at = message.find(AttributeType.USERNAME);
        if (at == StunMessage.NONE || message.valueLength(at) <= keys.username().length) {
            return false;
        }
        for (int i = 0; i < keys.username().length; i++) {
            if (message.byteAt(at, i) != keys.username()[i]) {
                return false;
            }
        }
        return true;
    }
}
