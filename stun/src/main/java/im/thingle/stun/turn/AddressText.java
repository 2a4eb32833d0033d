// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.attribute.TransportAddress.Family;
import java.util.ArrayList;
import java.util.List;

/** IP addresses as people write them (RFC 4291 §2.2, RFC 5952), without a resolver behind it. Immutable. */
final class AddressText {
    private static final int GROUPS = 8;

    private AddressText() {}

    /** The address with port 0; null if the text is none. */
    static TransportAddress parse(String text) {
        if (text.indexOf(':') < 0) {
            long address = ipv4(text);
            return address < 0 ? null : new TransportAddress(Family.IPV4, 0, address, 0);
        }
        return ipv6(text);
    }

    static String format(Family family, long high, long low) {
        if (family == Family.IPV4) {
            return (low >> 24 & 0xFF) + "." + (low >> 16 & 0xFF) + "." + (low >> 8 & 0xFF) + "." + (low & 0xFF);
        }
        if (high == 0 && low >>> 32 == 0xFFFF) {
            return "::ffff:" + format(Family.IPV4, 0, low & 0xFFFF_FFFFL);
        }
        return ipv6(high, low);
    }

    /** Four decimal bytes and nothing else: no octal, no short forms, which other programs read otherwise. */
    private static long ipv4(String text) {
        String[] parts = text.split("\\.", -1);
        long address = 0;
        for (String part : parts) {
            int value = number(part, 10, 3);
            if (value < 0 || value > 0xFF || part.length() > 1 && part.charAt(0) == '0') {
                return -1;
            }
            address = address << 8 | value;
        }
        return parts.length == 4 ? address : -1;
    }

    private static TransportAddress ipv6(String text) {
        int gap = text.indexOf("::");
        if (gap < 0) {
            List<Integer> all = groups(text, true);
            return all == null || all.size() != GROUPS ? null : ipv6(all);
        }
        List<Integer> before = groups(text.substring(0, gap), false);
        List<Integer> after = groups(text.substring(gap + 2), true);
        if (before == null || after == null || before.size() + after.size() >= GROUPS) {
            return null;
        }
        while (before.size() + after.size() < GROUPS) {
            before.add(0);
        }
        before.addAll(after);
        return ipv6(before);
    }

    private static TransportAddress ipv6(List<Integer> groups) {
        long high = 0;
        long low = 0;
        for (int i = 0; i < GROUPS; i++) {
            if (i < GROUPS / 2) {
                high = high << 16 | groups.get(i);
            } else {
                low = low << 16 | groups.get(i);
            }
        }
        return new TransportAddress(Family.IPV6, high, low, 0);
    }

    /** Groups between colons, of which the last may be an IPv4 address; null if it is nothing of that kind. */
    private static List<Integer> groups(String text, boolean last) {
        List<Integer> groups = new ArrayList<>(GROUPS);
        if (text.isEmpty()) {
            return groups;
        }
        String[] parts = text.split(":", -1);
        for (int i = 0; i < parts.length; i++) {
            long ipv4 = last && i == parts.length - 1 ? ipv4(parts[i]) : -1;
            int value = ipv4 < 0 ? number(parts[i], 16, 4) : (int) (ipv4 >> 16);
            if (value < 0) {
                return null;
            }
            groups.add(value);
            if (ipv4 >= 0) {
                groups.add((int) ipv4 & 0xFFFF);
            }
        }
        return groups;
    }

    /** The number, of so many digits at most; negative if the text is none. */
    static int number(String digits, int radix, int mostDigits) {
        if (digits.isEmpty() || digits.length() > mostDigits) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < digits.length(); i++) {
            char digit = digits.charAt(i);
            int worth = digit < 0x80 ? Character.digit(digit, radix) : -1;
            if (worth < 0) {
                return -1;
            }
            value = value * radix + worth;
        }
        return value;
    }

    /** RFC 5952 §4: lower case, no leading zeros, "::" for the first of the longest runs of two or more zeros. */
    private static String ipv6(long high, long low) {
        int[] groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = (int) ((i < 4 ? high : low) >>> 48 - 16 * (i & 3)) & 0xFFFF;
        }
        int runStart = -1;
        int runLength = 1;
        for (int i = 0, start = 0; i < GROUPS; i++) {
            start = groups[i] == 0 ? start : i + 1;
            if (i + 1 - start > runLength) {
                runStart = start;
                runLength = i + 1 - start;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (i == runStart) {
                text.append(i == 0 ? "::" : ":");
                i += runLength - 1;
            } else {
                text.append(Integer.toHexString(groups[i])).append(i < GROUPS - 1 ? ":" : "");
            }
        }
        return text.toString();
    }
}
