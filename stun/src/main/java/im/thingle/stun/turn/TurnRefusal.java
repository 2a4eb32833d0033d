// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import java.util.Locale;

/** Why a client did not get what it asked for: one value per line in logs and per label in metrics. Immutable. */
public enum TurnRefusal {
    /** The bytes are no STUN message. */
    MALFORMED,
    /** A request without credentials: how every client begins. */
    UNAUTHENTICATED,
    /** A nonce that is too old. */
    STALE_NONCE,
    /** The credentials are right but the allocation is somebody else's. */
    WRONG_CREDENTIALS,
    UNKNOWN_USER,
    EXPIRED_CREDENTIALS,
    BAD_INTEGRITY,
    /** An attribute that must be understood is not. */
    UNKNOWN_ATTRIBUTE,
    /** An attribute is missing, wrong or in contradiction to another. */
    BAD_REQUEST,
    /** The policy does not let anybody talk to this peer. */
    PEER_FORBIDDEN,
    /** There is an allocation where none may be, or none where one must be. */
    ALLOCATION_MISMATCH,
    ALLOCATIONS_PER_USER,
    ALLOCATIONS_PER_ADDRESS,
    /** The user's bytes of the day are used up. */
    BYTES_PER_DAY,
    PORTS_EXHAUSTED,
    /** The allocation has as many permissions as it may have. */
    PERMISSIONS,
    /** The allocation has as many channels as it may have. */
    CHANNELS,
    /** The allocation has as many TCP connections as it may have. */
    CONNECTIONS,
    /** The peer's TCP connection exists already. */
    CONNECTION_EXISTS,
    /** The peer's TCP connection could not be had. */
    CONNECTION_FAILED,
    UNSUPPORTED_TRANSPORT,
    /** An address family that is not served or not the allocation's. */
    FAMILY,
    /** A client network asked for more challenges than it may have. */
    CHALLENGE_BUDGET,
    /** Moving is not allowed, or the ticket is not good. */
    MOBILITY,
    /** The server goes down. */
    DRAINING,
    /** Our own mistake. */
    FAULT;

    /** The words for logs and metrics. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
