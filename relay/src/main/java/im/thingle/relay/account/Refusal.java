// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.account;

/** Why the relay would not serve a socket or an activation; the wire answer follows from it. Immutable. */
public enum Refusal {
    // at the socket, before there is a stream
    HANDSHAKE_MALFORMED,
    HANDSHAKE_TIMEOUT,
    METHOD_UNACCEPTABLE,
    COMMAND_UNSUPPORTED,
    ADDRESS_TYPE_UNSUPPORTED,
    NOT_A_STREAM_HASH,
    HASH_TAKEN,
    PARKED_PER_ADDRESS,
    PARKED_TOTAL,
    OUT_OF_DESCRIPTORS,
    // at activation
    UNKNOWN_HASH,
    ONE_LEG,
    ALREADY_ACTIVE,
    STREAMS_TOTAL,
    STREAMS_PER_JID,
    STREAMS_PER_ADDRESS,
    BYTES_PER_DAY,
    // either
    DRAINING;

    /** The word for logs and metric labels, such as {@code parked-per-address}. */
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
}
