// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import im.thingle.stun.attribute.ErrorCodeAttribute;
import im.thingle.stun.attribute.TextAttribute;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.attribute.UnknownAttributes;
import im.thingle.stun.auth.AuthRefusal;
import im.thingle.stun.auth.Authenticator;
import im.thingle.stun.auth.Fingerprint;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.ErrorCode;
import im.thingle.stun.message.MessageClass;
import im.thingle.stun.message.MessageType;
import im.thingle.stun.message.Method;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.message.StunMessageWriter;
import java.nio.ByteBuffer;
import java.util.Set;

/**
 * Writes and sends responses and indications, RFC 8489 §6.3: what is told to users is signed and says what software
 * this is, what is told to strangers is as short as can be. Confined to its event loop.
 */
final class Replies {
    /** Room for a Data indication with the largest datagram there is. */
    private static final int BUFFER_BYTES = 0x10000 + 64;

    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private final StunMessageWriter writer = new StunMessageWriter();
    private final Authenticator authenticator;
    private final String software;
    private final TurnOutput out;

    Replies(Authenticator authenticator, String software, TurnOutput out) {
        this.authenticator = authenticator;
        this.software = software;
        this.out = out;
    }

    /** Begins a success response; {@link #send(Asked)} ends it. */
    StunMessageWriter success(Asked asked) {
        return start(asked, MessageClass.SUCCESS_RESPONSE);
    }

    /** Begins an indication; {@link #send(FiveTuple)} ends it. */
    StunMessageWriter indication(Method method, int idHigh, long idLow) {
        return start(MessageType.of(MessageClass.INDICATION, method), idHigh, idLow);
    }

    /** Signs what was begun and sends it. */
    void send(Asked asked) {
        if (asked.by() != null && asked.by().accepted()) {
            if (software != null) {
                TextAttribute.SOFTWARE.write(writer, software);
            }
            authenticator.sign(writer, asked.by());
        }
        if (asked.fingerprint()) {
            Fingerprint.sign(writer);
        }
        send(asked.from());
    }

    /** Sends what was begun as it is. */
    void send(FiveTuple to) {
        out.send(to, buffer.limit(writer.length()).position(0));
    }

    /** Refuses a request and tells why. */
    void refuse(Asked asked, ErrorCode error, TurnRefusal why) {
        refuse(asked, error, why, null, null);
    }

    /** Refuses a request because of a peer. */
    void refuse(Asked asked, ErrorCode error, TurnRefusal why, TransportAddress peer, String rule) {
        error(asked, error);
        send(asked);
        out.refused(why, asked.from(), asked.username(), peer, rule);
    }

    /** Refuses a request with attributes that must be understood and are not. */
    void refuseUnknown(Asked asked, StunMessage request, Set<AttributeType> understood) {
        error(asked, ErrorCode.UNKNOWN_ATTRIBUTE);
        UnknownAttributes.write(writer, request, understood);
        send(asked);
        out.refused(TurnRefusal.UNKNOWN_ATTRIBUTE, asked.from(), asked.username(), null, null);
    }

    /** Refuses a request whose sender was not believed, or gives no answer at all. */
    void refuseStranger(Asked asked, long nowNanos) {
        if (!asked.by().silent()) {
            error(asked, asked.by().error());
            if (asked.by().challenge()) {
                authenticator.writeChallenge(writer, asked.from().client(), nowNanos);
            }
            send(asked);
        }
        out.refused(why(asked.by().refusal()), asked.from(), asked.username(), null, null);
    }

    private void error(Asked asked, ErrorCode error) {
        ErrorCodeAttribute.write(start(asked, MessageClass.ERROR_RESPONSE), error);
    }

    private StunMessageWriter start(Asked asked, MessageClass messageClass) {
        return start(MessageType.of(messageClass, asked.method()), asked.idHigh(), asked.idLow());
    }

    private StunMessageWriter start(MessageType type, int idHigh, long idLow) {
        return writer.start(buffer.clear(), 0, type, idHigh, idLow);
    }

    private static TurnRefusal why(AuthRefusal refusal) {
        return switch (refusal) {
            case UNAUTHENTICATED -> TurnRefusal.UNAUTHENTICATED;
            case BAD_REQUEST -> TurnRefusal.BAD_REQUEST;
            case UNKNOWN_USER -> TurnRefusal.UNKNOWN_USER;
            case EXPIRED_CREDENTIALS -> TurnRefusal.EXPIRED_CREDENTIALS;
            case BAD_INTEGRITY -> TurnRefusal.BAD_INTEGRITY;
            case STALE_NONCE -> TurnRefusal.STALE_NONCE;
            case CHALLENGE_BUDGET -> TurnRefusal.CHALLENGE_BUDGET;
        };
    }
}
