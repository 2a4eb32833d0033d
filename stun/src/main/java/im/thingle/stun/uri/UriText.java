// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.uri;

/** What may stand in the parts of a URI, RFC 3986 §2 and §3.2.2. Safe from any thread. */
final class UriText {
    private static final String UNRESERVED_MARKS = "-._~";
    private static final String SUB_DELIMITERS = "!$&'()*+,;=";
    private static final int IPV6_GROUPS = 8;
    private static final int MOST_HEX_DIGITS = 4;

    private UriText() {}

    /** One or more unreserved characters. */
    static boolean isWord(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isUnreserved(text.charAt(i))) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** A registered name or an IPv4 address; an empty name, which the grammar has, is of no use here. */
    static boolean isName(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                if (i + 2 >= text.length() || !isHex(text.charAt(i + 1)) || !isHex(text.charAt(i + 2))) {
                    return false;
                }
            } else if (!isUnreserved(c) && SUB_DELIMITERS.indexOf(c) < 0) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /**
     * Eight groups of hexadecimal digits, or fewer around one "::"; the last two may be an IPv4 address (RFC 4291
     * §2.2).
     */
    static boolean isIpv6Address(String text) {
        int gap = text.indexOf("::");
        if (gap < 0) {
            return groups(text, true) == IPV6_GROUPS;
        }
        int before = gap == 0 ? 0 : groups(text.substring(0, gap), false);
        int after = gap + 2 == text.length() ? 0 : groups(text.substring(gap + 2), true);
        return before >= 0 && after >= 0 && before + after < IPV6_GROUPS;
    }

    /** How many groups of an IPv6 address this is; less than zero if it is something else. */
    private static int groups(String text, boolean atEnd) {
        String[] parts = text.split(":", -1);
        int groups = parts.length;
        for (int i = 0; i < parts.length; i++) {
            if (atEnd && i == parts.length - 1 && isIpv4Address(parts[i])) {
                groups++;
            } else if (!isGroup(parts[i])) {
                return -1;
            }
        }
        return groups;
    }

    private static boolean isGroup(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isHex(text.charAt(i))) {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= MOST_HEX_DIGITS;
    }

    /** Four decimal numbers up to 255 without leading zeros. */
    private static boolean isIpv4Address(String text) {
        String[] parts = text.split("\\.", -1);
        for (String part : parts) {
            int number = 0;
            for (int i = 0; i < part.length(); i++) {
                int digit = part.charAt(i) - '0';
                boolean valid = digit >= 0 && digit <= 9 && (i == 0 || number > 0);
                number = valid ? number * 10 + digit : 256;
            }
            if (part.isEmpty() || part.length() > 3 || number > 255) {
                return false;
            }
        }
        return parts.length == 4;
    }

    private static boolean isUnreserved(char c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || UNRESERVED_MARKS.indexOf(c) >= 0;
    }

    private static boolean isHex(char c) {
        return Character.digit(c, 16) >= 0 && c < 0x80;
    }
}
