// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

/** What carries messages between client and server (RFC 8656 §3.1). Immutable. */
public enum ClientTransport {
    UDP,
    TCP,
    TLS,
    DTLS;

    /** Whether bytes arrive in order and the five-tuple ends with a connection. */
    public boolean isStream() {
        return this == TCP || this == TLS;
    }
}
