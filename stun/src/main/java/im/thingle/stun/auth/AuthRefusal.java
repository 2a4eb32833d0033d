// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.auth;

/** Why a request was not believed. Immutable. */
public enum AuthRefusal {
    /** It carries no integrity: how every client begins. */
    UNAUTHENTICATED,
    /** Attributes are missing, malformed or not what was offered (RFC 8489 §9.2.4). */
    BAD_REQUEST,
    /** Nobody has this name, or nobody's name has this hash. */
    UNKNOWN_USER,
    /** The time in the name is over. */
    EXPIRED_CREDENTIALS,
    /** The password is another, or the message was changed. */
    BAD_INTEGRITY,
    /** All is right but the nonce: too old, from the future, somebody else's or not ours. */
    STALE_NONCE,
    /** The client's network got as many refusals as it may have: it gets silence. */
    CHALLENGE_BUDGET
}
