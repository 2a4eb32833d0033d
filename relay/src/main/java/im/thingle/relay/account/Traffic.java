// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.account;

/** What an account's bytes were carried for. Immutable. */
public enum Traffic {
    /** A bytestream (XEP-0065). Its {@link Shaper} books each read on the day. */
    FILE,
    /** A TURN allocation (RFC 8656). */
    CALL,
    /** A UDP channel (XEP-0278). */
    CHANNEL
}
