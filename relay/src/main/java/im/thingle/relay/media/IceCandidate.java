// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.stun.attribute.TransportAddress;

/**
 * A candidate over UDP (RFC 8445 §5.1). Immutable.
 *
 * @param component 1, or 2 for RTCP on a port of its own
 * @param foundation 1 to 32 characters
 * @param type which changes nothing but the priority of what is found out later
 */
public record IceCandidate(int component, String foundation, long priority, TransportAddress address, Type type) {
    /** How a candidate was found (RFC 8445 §5.1.1). Immutable. */
    public enum Type {
        HOST,
        PEER_REFLEXIVE,
        SERVER_REFLEXIVE,
        RELAYED
    }

    private static final long HOST_PREFERENCE = 126;

    /** One of our own, priority as RFC 8445 §5.1.2.1 has it; the site prefers IPv6 as RFC 8421 does. */
    static IceCandidate host(int component, TransportAddress announced) {
        boolean ipv6 = announced.family() == TransportAddress.Family.IPV6;
        long preference = ipv6 ? 65_535 : 65_534;
        long priority = HOST_PREFERENCE << 24 | preference << 8 | 256 - component;
        return new IceCandidate(component, ipv6 ? "2" : "1", priority, announced, Type.HOST);
    }
}
