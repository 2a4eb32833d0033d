// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.attribute.TransportAddress.Family;
import im.thingle.stun.turn.PrefixTable.Rule;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Who may be a peer. This is the one check on every path, out and in: permissions, channels, Send, Connect, and what
 * peers send or connect. It leaves no garbage. In this order:
 *
 * <ol>
 *   <li>The server's own services, and port 0, are never peers.
 *   <li>Relayed addresses of this server always are: two of its clients can talk to each other.
 *   <li>Some addresses never are ({@link SpecialPurpose#NEVER}).
 *   <li>Of the operator's ranges the longest that matches decides; if the same range is both allowed and denied, it is
 *       denied.
 *   <li>Else the special-purpose ranges ({@link SpecialPurpose#DENIED}) and this server's addresses are denied, all
 *       others
 *       allowed.
 *   <li>What is left must have a port that is not too low.
 * </ol>
 *
 * An IPv6 address that leads to an IPv4 address ({@link EmbeddedIpv4}) must pass as both. Immutable.
 */
public final class PeerPolicy {
    /** Ports below are those of a host's own services. */
    public static final int LOWEST_PORT = 1024;

    private static final String PORT_ZERO = "port 0";
    private static final String OWN_SERVICE = "own service of this server";
    private static final String OWN_ADDRESS = "own address of this server";
    private static final int ANY_PORT = -1;
    private static final PrefixTable LOOPBACK =
            new PrefixTable(List.of(Rule.deny("127.0.0.0/8", "loopback"), Rule.deny("::1/128", "loopback")));

    private final PrefixTable operators;
    private final PrefixTable own;
    private final Prefix[] nat64;
    private final BitSet ownServices;
    private final BitSet allowedPorts;
    private final int firstRelayPort;
    private final int lastRelayPort;
    private final int lowestPort;
    private final String tooLow;

    private PeerPolicy(Builder builder) {
        operators = new PrefixTable(builder.operators);
        own = new PrefixTable(builder.own);
        nat64 = builder.nat64.toArray(Prefix[]::new);
        ownServices = (BitSet) builder.ownServices.clone();
        allowedPorts = (BitSet) builder.allowedPorts.clone();
        firstRelayPort = builder.firstRelayPort;
        lastRelayPort = builder.lastRelayPort;
        lowestPort = builder.lowestPort;
        tooLow = "port below " + lowestPort;
    }

    /** A policy with the default denials and nothing else, to be added to. */
    public static Builder builder() {
        return new Builder();
    }

    /** Null if allowed, else the text of the rule that refuses: always the same string for the same rule. */
    public String refusal(Family family, long high, long low, int port) {
        return port == 0 ? PORT_ZERO : judge(family, high, low, port);
    }

    /**
     * As {@link #refusal}, for a peer whose port is not known yet (CreatePermission): null if some port may be allowed.
     */
    public String addressRefusal(Family family, long high, long low) {
        return judge(family, high, low, ANY_PORT);
    }

    private String judge(Family family, long high, long low, int port) {
        if (family == Family.IPV4 || EmbeddedIpv4.isMapped(family, high, low)) {
            return view(Family.IPV4, 0, low & 0xFFFF_FFFFL, port);
        }
        String refusal = view(family, high, low, port);
        if (refusal != null || isOwn(family, high, low)) {
            return refusal;
        }
        long embedded = EmbeddedIpv4.of(high, low);
        if (embedded != EmbeddedIpv4.NONE) {
            refusal = view(Family.IPV4, 0, embedded, port);
        }
        for (int i = 0; i < nat64.length && refusal == null; i++) {
            if (nat64[i].contains(family, high, low)) {
                refusal = view(Family.IPV4, 0, EmbeddedIpv4.behind(nat64[i].length(), high, low), port);
            }
        }
        return refusal;
    }

    private String view(Family family, long high, long low, int port) {
        boolean isOwn = isOwn(family, high, low);
        if (port != ANY_PORT && ownServices.get(port)
                && (isOwn || LOOPBACK.find(family, high, low) != PrefixTable.NONE)) {
            return OWN_SERVICE;
        }
        if (isOwn && (port == ANY_PORT || port >= firstRelayPort && port <= lastRelayPort)) {
            return null;
        }
        String refusal = addressRefusal(family, high, low, isOwn);
        if (refusal == null && port != ANY_PORT && port < lowestPort && !allowedPorts.get(port)) {
            return tooLow;
        }
        return refusal;
    }

    private String addressRefusal(Family family, long high, long low, boolean isOwn) {
        int rule = SpecialPurpose.NEVER.find(family, high, low);
        if (rule != PrefixTable.NONE) {
            return SpecialPurpose.NEVER.refusal(rule);
        }
        rule = operators.find(family, high, low);
        if (rule != PrefixTable.NONE) {
            return operators.refusal(rule);
        }
        rule = SpecialPurpose.DENIED.find(family, high, low);
        if (rule != PrefixTable.NONE) {
            return SpecialPurpose.DENIED.refusal(rule);
        }
        return isOwn ? OWN_ADDRESS : null;
    }

    private boolean isOwn(Family family, long high, long low) {
        return own.find(family, high, low) != PrefixTable.NONE;
    }

    /** What the operator decides, and what the server knows of itself. Confined to its caller. */
    public static final class Builder {
        private final List<Rule> operators = new ArrayList<>();
        private final List<Rule> own = new ArrayList<>();
        private final List<Prefix> nat64 = new ArrayList<>();
        private final BitSet ownServices = new BitSet();
        private final BitSet allowedPorts = new BitSet();
        private int firstRelayPort = 0xFFFF + 1;
        private int lastRelayPort;
        private int lowestPort = LOWEST_PORT;

        private Builder() {}

        /** Ranges that may be peers though they are denied by default. */
        public Builder allow(List<Prefix> prefixes) {
            prefixes.forEach(prefix -> operators.add(new Rule(prefix, null)));
            return this;
        }

        /** Ranges that may not be peers, unless a part of them is allowed. */
        public Builder deny(List<Prefix> prefixes) {
            prefixes.forEach(prefix -> operators.add(new Rule(prefix, prefix + " in deny-peers")));
            return this;
        }

        /**
         * Prefixes of the NAT64 that this machine's IPv6 goes through, besides 64:ff9b::/96: what stands behind them is
         * judged as the IPv4 address it is.
         *
         * @throws IllegalArgumentException if one has a length that RFC 6052 §2.2 does not know
         */
        public Builder nat64(List<Prefix> prefixes) {
            for (Prefix prefix : prefixes) {
                if (!EmbeddedIpv4.isNat64(prefix)) {
                    throw new IllegalArgumentException(
                            prefix + " is no NAT64 prefix (expected: IPv6, 32, 40, 48, 56, 64 or 96 bits)");
                }
                nat64.add(prefix);
            }
            return this;
        }

        /** No peer has a lower port, but for those of {@link #allowPort}. */
        public Builder lowestPort(int port) {
            lowestPort = port;
            return this;
        }

        /** Lets peers have this port though it is low. */
        public Builder allowPort(int port) {
            allowedPorts.set(port);
            return this;
        }

        /** An address that relayed sockets are bound to or announced as; its port does not matter. */
        public Builder ownAddress(TransportAddress address) {
            boolean mapped = EmbeddedIpv4.isMapped(address.family(), address.high(), address.low());
            Prefix single = address.family() == Family.IPV4 || mapped
                    ? new Prefix(Family.IPV4, 0, address.low() & 0xFFFF_FFFFL, 32)
                    : new Prefix(Family.IPV6, address.high(), address.low(), 128);
            own.add(new Rule(single, null));
            return this;
        }

        /** Where relayed sockets have their ports, both ends included. */
        public Builder relayPorts(int first, int last) {
            firstRelayPort = first;
            lastRelayPort = last;
            return this;
        }

        /** A port on which this process serves something itself, at any of its own addresses and on the loopback. */
        public Builder ownService(int port) {
            ownServices.set(port);
            return this;
        }

        public PeerPolicy build() {
            return new PeerPolicy(this);
        }
    }
}
