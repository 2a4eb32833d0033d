// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

/** Why a client's stream was turned away before the TURN machine had a say. Immutable. */
public enum StreamRefusal {
    CONNECTIONS_PER_ADDRESS,
    CONNECTIONS_TOTAL,
    PROXY_HEADER_MALFORMED,
    PROXY_HEADER_UNTRUSTED,
    NO_MESSAGE_IN_TIME,
    NO_ALLOCATION_IN_TIME,
    NOT_STUN,
    TLS_FAILED,
    TLS_REQUIRED,
    NO_CERTIFICATE,
    OUT_OF_DESCRIPTORS,
    DRAINING;

    /** The word for logs and metric labels, such as {@code not-stun}. */
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
}
