// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import im.thingle.stun.attribute.AddressAttribute;
import im.thingle.stun.attribute.UnknownAttributes;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.StunMessage;
import java.util.EnumSet;
import java.util.Set;

/**
 * Binding, RFC 8489 §12: tells anybody where he is seen from. Nobody has to prove who he is, so nobody gets more than
 * that. Confined to its event loop.
 */
final class BindingRequest {
    /** Credentials are no mistake, they just do not matter. */
    private static final Set<AttributeType> UNDERSTOOD = EnumSet.of(AttributeType.USERNAME, AttributeType.USERHASH,
            AttributeType.REALM, AttributeType.NONCE, AttributeType.PASSWORD_ALGORITHM, AttributeType.MESSAGE_INTEGRITY,
            AttributeType.MESSAGE_INTEGRITY_SHA256);

    private final Replies replies;
    private final TurnOutput out;

    BindingRequest(Replies replies, TurnOutput out) {
        this.replies = replies;
        this.out = out;
    }

    void handle(Asked asked, StunMessage message) {
        if (UnknownAttributes.first(message, UNDERSTOOD) != StunMessage.NONE) {
            replies.refuseUnknown(asked, message, UNDERSTOOD);
            return;
        }
        AddressAttribute.write(replies.success(asked), AttributeType.XOR_MAPPED_ADDRESS, asked.from().client());
        replies.send(asked);
        out.answeredBinding();
    }
}
