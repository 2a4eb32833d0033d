// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.message;

/** Why bytes are no STUN message (RFC 8489 §5, §6.3, §14); the answer to them is silence and a counter. Immutable. */
public enum Malformed {
    /** Nothing is wrong: the view may be read. */
    NONE,
    /** Fewer bytes than a header has. */
    TOO_SHORT,
    /** The first two bits are not zero: ChannelData, or another protocol on the same port. */
    NOT_STUN,
    /** No magic cookie: a client of RFC 3489, or no STUN at all. */
    NO_MAGIC_COOKIE,
    /** The length field is no multiple of four. */
    LENGTH_UNALIGNED,
    /** The length field does not say how many bytes there are. */
    LENGTH_MISMATCH,
    /** An attribute says it is longer than what is left of the message. */
    ATTRIBUTE_OVERRUN,
    /** MESSAGE-INTEGRITY is not 20 bytes, or MESSAGE-INTEGRITY-SHA256 not 16 to 32 in steps of four. */
    INTEGRITY_LENGTH,
    /** FINGERPRINT is not 4 bytes. */
    FINGERPRINT_LENGTH,
    /** Something follows FINGERPRINT. */
    FINGERPRINT_NOT_LAST
}
