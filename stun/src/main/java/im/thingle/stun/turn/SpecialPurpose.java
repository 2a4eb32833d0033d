// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import static im.thingle.stun.turn.PrefixTable.Rule.deny;

import java.util.List;

/**
 * Addresses that are no peers: the registries of special-purpose addresses (RFC 6890) and what else leads into a
 * machine, a private network or a tunnel. Immutable.
 */
final class SpecialPurpose {
    /**
     * No operator can mean these: there is no single host behind them, or a tunnel that multiplies packets (RFC 6156
     * §9.1).
     */
    static final PrefixTable NEVER = new PrefixTable(List.of(
            deny("0.0.0.0/32", "unspecified"),
            deny("224.0.0.0/4", "multicast"),
            deny("255.255.255.255/32", "broadcast"),
            deny("::/128", "unspecified"),
            deny("ff00::/8", "multicast"),
            deny("2001::/32", "Teredo")));

    /** Denied unless the operator allows them. */
    static final PrefixTable DENIED = new PrefixTable(List.of(
            deny("0.0.0.0/8", "this network"),
            deny("10.0.0.0/8", "private use"),
            deny("100.64.0.0/10", "shared by carriers"),
            deny("127.0.0.0/8", "loopback"),
            deny("168.63.129.16/32", "platform service of a cloud"),
            deny("169.254.0.0/16", "link-local"),
            deny("172.16.0.0/12", "private use"),
            deny("192.0.0.0/24", "protocol assignments"),
            deny("192.0.2.0/24", "documentation"),
            deny("192.88.99.0/24", "6to4 relays"),
            deny("192.168.0.0/16", "private use"),
            deny("198.18.0.0/15", "benchmarks"),
            deny("198.51.100.0/24", "documentation"),
            deny("203.0.113.0/24", "documentation"),
            deny("240.0.0.0/4", "reserved"),
            deny("::1/128", "loopback"),
            deny("::/96", "IPv4-compatible"),
            deny("::ffff:0:0:0/96", "IPv4-translated"),
            deny("64:ff9b:1::/48", "local NAT64"),
            deny("100::/64", "discard-only"),
            deny("100:0:0:1::/64", "dummy prefix"),
            deny("2001::/23", "protocol assignments"),
            deny("2001:db8::/32", "documentation"),
            deny("2002::/16", "6to4"),
            deny("3fff::/20", "documentation"),
            deny("5f00::/16", "segment routing"),
            deny("fc00::/7", "unique local"),
            deny("fe80::/10", "link-local"),
            deny("fec0::/10", "site-local")));

    private SpecialPurpose() {}
}
