// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import java.time.Duration;

/**
 * Ceilings on what TCP and TLS clients may have of the server; 0 means no limit for counts. Immutable.
 *
 * @param connectionsPerAddress per IPv4 address or IPv6 /64
 * @param connections altogether
 * @param firstMessage how long a connection may take to its first whole message, TLS and PROXY header included
 * @param allocate how long it may take to an allocation or a bound connection, failing ones on the way
 * @param outboundBytes what may wait for a slow client before data to it is dropped
 */
public record StreamLimits(
        int connectionsPerAddress, int connections, Duration firstMessage, Duration allocate, int outboundBytes) {
    public static final StreamLimits DEFAULT =
            new StreamLimits(50, 0, Duration.ofSeconds(5), Duration.ofSeconds(10), 256 * 1024);
}
