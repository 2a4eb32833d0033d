// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

import java.time.Duration;

/**
 * What Jingle Relay Nodes (XEP-0278) may have. Immutable.
 *
 * @param channelsPerJid of one bare JID; 0: no limit
 * @param channels in all; 0: no limit
 * @param idleTimeout how long a channel may stay without a packet from either side
 * @param kbpsPerChannel kilobits per second, both directions together; 0: no limit
 */
public record RelayNodesSettings(
        boolean enabled, int channelsPerJid, int channels, Duration idleTimeout, int kbpsPerChannel) {}
