// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The peer policy once more, as slow as it is plain: addresses are strings of bits, ranges are pairs of numbers, texts
 * are read by the JDK. Shares no line and no list with the real one.
 */
final class SlowPeerPolicy {
    static final List<String> NEVER =
            List.of("0.0.0.0/32", "224.0.0.0/4", "255.255.255.255/32", "::/128", "ff00::/8", "2001::/32");
    static final List<String> DENIED = List.of(
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
            "240.0.0.0/4", "168.63.129.16/32",
            "::1/128", "::/96", "0:0:0:0:ffff:0:0:0/96", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64", "2001::/23",
            "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10");

    record Range(int bits, BigInteger first, BigInteger last, int length) {
        static Range of(String cidr) {
            String[] parts = cidr.split("/");
            byte[] bytes = bytes(parts[0]);
            int bits = bytes.length * 8;
            int length = Integer.parseInt(parts[1]);
            BigInteger first = new BigInteger(1, bytes);
            return new Range(bits, first, first.add(BigInteger.TWO.pow(bits - length)).subtract(BigInteger.ONE),
                    length);
        }

        boolean contains(String binary) {
            BigInteger value = new BigInteger(binary, 2);
            return binary.length() == bits && value.compareTo(first) >= 0 && value.compareTo(last) <= 0;
        }
    }

    List<String> allow = List.of();
    List<String> deny = List.of();
    List<String> own = List.of();
    List<String> nat64 = List.of();
    List<Integer> services = List.of();
    int firstRelayPort;
    int lastRelayPort = -1;

    boolean refuses(byte[] address, int port) {
        String bits = binary(address);
        if (bits.length() == 128 && bits.startsWith("0".repeat(80) + "1".repeat(16))) {
            bits = bits.substring(96);
        }
        if (port == 0) {
            return true;
        }
        if (isOneOf(own, bits) && port >= firstRelayPort && port <= lastRelayPort && !services.contains(port)) {
            return false;
        }
        return views(bits).stream().anyMatch(view -> refusesView(view, port));
    }

    private boolean refusesView(String bits, int port) {
        boolean isOwn = isOneOf(own, bits);
        if (services.contains(port) && (isOwn || isOneOf(List.of("127.0.0.0/8", "::1/128"), bits))) {
            return true;
        }
        if (isOwn && port >= firstRelayPort && port <= lastRelayPort) {
            return false;
        }
        if (isOneOf(NEVER, bits) || port < 1024) {
            return true;
        }
        int allowed = longest(allow, bits);
        int denied = longest(deny, bits);
        if (allowed >= 0 || denied >= 0) {
            return denied >= allowed;
        }
        return isOneOf(DENIED, bits) || isOwn;
    }

    /** The address itself, and the IPv4 addresses it leads to. */
    private List<String> views(String bits) {
        List<String> views = new ArrayList<>(List.of(bits));
        if (bits.length() == 128 && !isOneOf(own, bits)) {
            String head = bits.substring(0, 96);
            boolean special = bits.substring(96).equals("0".repeat(32))
                    || bits.substring(96).equals("0".repeat(31) + "1");
            if (head.equals("0".repeat(96)) && !special
                    || head.equals("0".repeat(64) + "1".repeat(16) + "0".repeat(16))
                    || new BigInteger(head, 2).equals(new BigInteger("64ff9b", 16).shiftLeft(64))
                    || head.substring(64).matches("0{6}[01][01]0{8}0101111011111110")) {
                views.add(bits.substring(96));
            }
            if (bits.startsWith("0010000000000010")) {
                views.add(bits.substring(16, 48));
            }
            for (String cidr : nat64) {
                if (Range.of(cidr).contains(bits)) {
                    int from = Range.of(cidr).length;
                    String without = from == 96 ? bits : bits.substring(0, 64) + bits.substring(72);
                    views.add(without.substring(from, from + 32));
                }
            }
        }
        return views;
    }

    private static int longest(List<String> ranges, String bits) {
        Optional<Range> longest = ranges.stream().map(Range::of).filter(range -> range.contains(bits))
                .max(Comparator.comparingInt(Range::length));
        return longest.map(Range::length).orElse(-1);
    }

    private static boolean isOneOf(List<String> ranges, String bits) {
        return ranges.stream().anyMatch(cidr -> Range.of(cidr).contains(bits));
    }

    static String binary(byte[] address) {
        String digits = new BigInteger(1, address).toString(2);
        return "0".repeat(address.length * 8 - digits.length()) + digits;
    }

    static byte[] bytes(String address) {
        try {
            return InetAddress.getByName(address).getAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
