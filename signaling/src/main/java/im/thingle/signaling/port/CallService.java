// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

import java.util.Arrays;

/**
 * One STUN or TURN service as a client is told of it: a {@code <service/>} of XEP-0215 §2. Immutable.
 *
 * @param host an IPv4 literal, an IPv6 literal in RFC 5952 form without brackets, or a host name
 * @param port 1–65535
 * @param transport {@code udp} or {@code tcp}
 */
public record CallService(Kind kind, String host, int port, String transport) {
    /** The registered types of service (XEP-0215 §8.3, RFC 7064 and RFC 7065 for the two over TLS). Immutable. */
    public enum Kind {
        STUN("stun", false),
        STUNS("stuns", false),
        TURN("turn", true),
        TURNS("turns", true);

        private final String word;
        private final boolean restricted;

        Kind(String word, boolean restricted) {
            this.word = word;
            this.restricted = restricted;
        }

        /** Whether there is a type of that word. */
        public static boolean isWord(String word) {
            return Arrays.stream(values()).anyMatch(kind -> kind.word.equals(word));
        }

        /** The type on the wire. */
        public String word() {
            return word;
        }

        /** Whether the service asks for a user name and a password. */
        public boolean restricted() {
            return restricted;
        }
    }

    /** As RFC 7064 §3 and RFC 7065 §3 write it; a STUN URI has no place for the transport. */
    public String uri() {
        String literal = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        String uri = kind.word() + ":" + literal + ":" + port;
        return kind.restricted() ? uri + "?transport=" + transport : uri;
    }
}
