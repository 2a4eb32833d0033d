// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.message;

/** The four classes of a STUN message, in the order of their two bits on the wire (RFC 8489 §5). Immutable. */
public enum MessageClass {
    REQUEST,
    INDICATION,
    SUCCESS_RESPONSE,
    ERROR_RESPONSE
}
