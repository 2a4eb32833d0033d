// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

/** What came of an {@link ActivationRequest}. Immutable. */
public enum ActivationOutcome {
    /** Bytes flow. */
    ACTIVATED,
    /** No socket is parked under this hash: the hash is wrong, or its requester is not the sender. */
    UNKNOWN_HASH,
    /** Only one of the two sockets is there. */
    ONE_LEG,
    /** The bytestream is already active. */
    ALREADY_ACTIVE,
    /** A limit on streams or bytes stands in the way. */
    LIMITED,
    /** The service is going down and takes no new streams. */
    DRAINING,
    /** Something broke on our side. */
    FAILED
}
