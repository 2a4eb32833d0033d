// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import java.util.Locale;

/** Why a call ended. Immutable. */
public enum CallEnd {
    /** Its session is over, or somebody who may had it ended. */
    ENDED,
    /** Both parties send what was for its ports over another's (RFC 8843): there is nothing for it to do. */
    BUNDLED,
    /** A party could not be reached (RFC 8445 §8.1.2), or not in time. */
    UNREACHABLE,
    /** A party does not consent to being sent anything any more (RFC 7675 §5.1). */
    CONSENT_LOST,
    /** A party has begun anew (RFC 8445 §9) more often than anybody needs to. */
    RESTARTS,
    /** A party that we are the other end of has not made DTLS-SRTP with us, or not in time. */
    NOT_SECURED,
    /** It has another certificate than it has announced (RFC 8122 §5). */
    WRONG_CERTIFICATE,
    /** Its account has carried all that it may today. */
    BYTES_PER_DAY,
    /** The service goes down. */
    DRAINED,
    /** A fault of ours; the log has the stack. */
    FAULT;

    /** The word for logs and metrics, such as {@code consent-lost}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
