// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

import java.time.Instant;

/**
 * A user name and a password that open the restricted services until a moment (XEP-0215 §3.3). Immutable.
 *
 * @param expires when the password stops working, by our own clock
 */
public record CallCredential(String username, String password, Instant expires) {
    /** Leaves the password out: this may end up in a log. */
    @Override
    public String toString() {
        return "CallCredential[username=" + username + ", expires=" + expires + "]";
    }
}
