// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.auth;

import im.thingle.stun.message.ErrorCode;
import javax.crypto.SecretKey;

/** What came of checking a request. Immutable. */
public final class Authentication {
    private final AuthRefusal refusal;
    private final String username;
    private final String user;
    private final SecretKey key;
    private final boolean sha256;

    private Authentication(AuthRefusal refusal, String username, String user, SecretKey key, boolean sha256) {
        this.refusal = refusal;
        this.username = username;
        this.user = user;
        this.key = key;
        this.sha256 = sha256;
    }

    static Authentication accepted(String username, String user, SecretKey key, boolean sha256) {
        return new Authentication(null, username, user, key, sha256);
    }

    static Authentication refused(AuthRefusal why, String username) {
        return new Authentication(why, username, null, null, false);
    }

    /** Whether the client is who it says. */
    public boolean accepted() {
        return refusal == null;
    }

    /** Why not; null if accepted. */
    public AuthRefusal refusal() {
        return refusal;
    }

    /**
     * The name on the wire, or the one that the hash on the wire belongs to; null if the request has none that we know.
     */
    public String username() {
        return username;
    }

    /** The name without the time that a shared-secret credential has in it; null if refused. */
    public String user() {
        return user;
    }

    /** What the request was signed with and the response is to be; null if refused. */
    public SecretKey key() {
        return key;
    }

    /** Whether the response is to carry MESSAGE-INTEGRITY-SHA256, else MESSAGE-INTEGRITY. */
    public boolean sha256() {
        return sha256;
    }

    /** The error to answer with; null if accepted, and if the answer is silence. */
    public ErrorCode error() {
        return switch (refusal) {
            case null -> null;
            case CHALLENGE_BUDGET -> null;
            case BAD_REQUEST -> ErrorCode.BAD_REQUEST;
            case STALE_NONCE -> ErrorCode.STALE_NONCE;
            case UNAUTHENTICATED, UNKNOWN_USER, EXPIRED_CREDENTIALS, BAD_INTEGRITY -> ErrorCode.UNAUTHENTICATED;
        };
    }

    /** Whether the client's network used up its refusals, so that it gets no answer at all. */
    public boolean silent() {
        return refusal == AuthRefusal.CHALLENGE_BUDGET;
    }

    /** Whether the error goes with {@link Authenticator#writeChallenge}: 401 and 438 do, 400 does not. */
    public boolean challenge() {
        return !accepted() && !silent() && refusal != AuthRefusal.BAD_REQUEST;
    }
}
