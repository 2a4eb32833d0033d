// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.gateway;

/** JID escaping (XEP-0106 §3): how a whole address fits into the localpart of another. Immutable. */
final class EscapedJid {
    private static final String ESCAPED = " \"&'/:<>@\\";

    private EscapedJid() {}

    /** A localpart that stands for any text. */
    static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 8);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // a backslash is itself unless it would be taken for the beginning of an escape (§4.2)
            boolean literal = c == '\\' ? escapedAt(text, i) < 0 : ESCAPED.indexOf(c) < 0;
            if (literal) {
                escaped.append(c);
            } else {
                escaped.append('\\').append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            }
        }
        return escaped.toString();
    }

    /** The text that a localpart stands for; only the sequences of §3.3 are escapes. */
    static String unescape(String localpart) {
        StringBuilder text = new StringBuilder(localpart.length());
        for (int i = 0; i < localpart.length(); i++) {
            int c = escapedAt(localpart, i);
            if (c < 0) {
                text.append(localpart.charAt(i));
            } else {
                text.append((char) c);
                i += 2;
            }
        }
        return text.toString();
    }

    /** The character whose escape begins at this place, or -1. */
    private static int escapedAt(String text, int at) {
        if (text.charAt(at) != '\\' || at + 3 > text.length()) {
            return -1;
        }
        for (int i = 0; i < ESCAPED.length(); i++) {
            char c = ESCAPED.charAt(i);
            if (text.charAt(at + 1) == Character.forDigit(c >> 4, 16)
                    && text.charAt(at + 2) == Character.forDigit(c & 15, 16)) {
                return c;
            }
        }
        return -1;
    }
}
