// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * What the operator decides about the SOCKS5 bytestream proxy. Immutable.
 *
 * @param listen addresses to bind
 * @param handshakeTimeout how long a client may take for its SOCKS5 handshake
 * @param parkedTimeout how long a leg waits for its twin and for activation
 * @param idleTimeout how long an active stream may move no byte; zero: for ever
 * @param halfClosedTimeout how long one direction may stay silent after the other has ended
 */
public record BytestreamSettings(
        List<InetSocketAddress> listen,
        Duration handshakeTimeout,
        Duration parkedTimeout,
        Duration idleTimeout,
        Duration halfClosedTimeout,
        BytestreamLimits limits) {}
