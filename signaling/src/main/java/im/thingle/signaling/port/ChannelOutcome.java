// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

/** What came of a {@link ChannelRequest}. Immutable. */
public sealed interface ChannelOutcome {
    /**
     * A channel is open. RTCP has the port after each of the two.
     *
     * @param host an address literal, IPv6 in RFC 5952 form without brackets
     * @param localPort where the requester sends to
     * @param remotePort where the other party sends to
     * @param maxKbps kilobits per second that it carries; 0: no limit
     * @param expireSeconds how long it may be without any traffic
     */
    record Opened(String id, String host, int localPort, int remotePort, int maxKbps, int expireSeconds)
            implements ChannelOutcome {}

    /** There is no channel. */
    record Refused(Reason reason) implements ChannelOutcome {}

    /** Why there is no channel. */
    enum Reason {
        /** The requester has as many as it may have. */
        ACCOUNT_LIMIT,
        /** There are as many as there may be in all. */
        LIMIT,
        /** No ports or no sockets are left. */
        NO_PORTS,
        /** The service is going down and opens no new channels. */
        DRAINING,
        /** Something broke on our side. */
        FAILED
    }
}
