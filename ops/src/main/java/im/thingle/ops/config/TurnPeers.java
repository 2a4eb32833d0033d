// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

import im.thingle.stun.turn.Prefix;
import java.util.List;

/**
 * What the operator decides about peers, over what is denied anyway. Immutable.
 *
 * @param nat64 prefixes behind which this machine's network has IPv4
 * @param lowestPort no peer has a lower one
 * @param allowedPorts but for these
 */
public record TurnPeers(
        List<Prefix> allow, List<Prefix> deny, List<Prefix> nat64, int lowestPort, List<Integer> allowedPorts) {
    public TurnPeers {
        allow = List.copyOf(allow);
        deny = List.copyOf(deny);
        nat64 = List.copyOf(nat64);
        allowedPorts = List.copyOf(allowedPorts);
    }
}
