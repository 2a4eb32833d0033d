// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import im.thingle.stun.auth.Authentication;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.Method;
import im.thingle.stun.message.StunMessage;

/**
 * What must be known of a request to answer it, now or when the world has answered. Immutable.
 *
 * @param by who asks; null: it does not matter (Binding)
 * @param fingerprint whether the answer is to have a FINGERPRINT, as the request had
 */
record Asked(FiveTuple from, Method method, int idHigh, long idLow, Authentication by, boolean fingerprint) {
    static Asked of(FiveTuple from, StunMessage request, Authentication by) {
        return new Asked(from, request.type().method(), request.transactionHigh(), request.transactionLow(), by,
                request.has(AttributeType.FINGERPRINT));
    }

    /** Null for a stranger. */
    String username() {
        return by == null ? null : by.username();
    }
}
