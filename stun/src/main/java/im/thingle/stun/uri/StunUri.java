// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.uri;

import java.util.Locale;
import java.util.Optional;

/**
 * A {@code stun:}, {@code stuns:}, {@code turn:} or {@code turns:} URI, RFC 7064 §3.1 and RFC 7065 §3.1. Immutable.
 *
 * <pre>
 *   scheme ":" host [ ":" port ] [ "?transport=" transport ]      the last for turn and turns alone
 * </pre>
 *
 * @param host a name, an IPv4 address, or an IPv6 address without its brackets
 * @param port 1 to 65535, or {@link #NO_PORT}
 * @param transport "udp", "tcp" or another word, in small letters; null if the URI has none
 */
public record StunUri(Scheme scheme, String host, int port, String transport) {
    /**
     * What is before the first colon, with the port clients take where none is named (RFC 7064 §3.2, RFC 7065 §3.2).
     */
    public enum Scheme {
        STUN(3478),
        STUNS(5349),
        TURN(3478),
        TURNS(5349);

        private final int defaultPort;

        Scheme(int defaultPort) {
            this.defaultPort = defaultPort;
        }

        /** Whether clients speak TLS or DTLS. */
        public boolean secure() {
            return this == STUNS || this == TURNS;
        }

        private boolean hasTransport() {
            return this == TURN || this == TURNS;
        }

        private static Scheme of(String text) {
            return switch (text.toLowerCase(Locale.ROOT)) {
                case "stun" -> STUN;
                case "stuns" -> STUNS;
                case "turn" -> TURN;
                case "turns" -> TURNS;
                default -> null;
            };
        }
    }

    /** The URI names no port: clients ask the DNS, or take the scheme's own. */
    public static final int NO_PORT = -1;

    private static final int NOT_A_PORT = 0;
    private static final String QUERY = "?transport=";

    public StunUri {
        if (!isValid(scheme, host, port, transport)) {
            throw new IllegalArgumentException(print(scheme, host, port, transport)
                    + " (expected: scheme:host, scheme:host:port, and ?transport=word behind turn and turns)");
        }
        transport = transport == null ? null : transport.toLowerCase(Locale.ROOT);
    }

    /** Reads a URI; empty if the text is none of the four kinds. */
    public static Optional<StunUri> parse(String text) {
        int colon = text.indexOf(':');
        Scheme scheme = colon < 0 ? null : Scheme.of(text.substring(0, colon));
        if (scheme == null) {
            return Optional.empty();
        }
        int query = text.indexOf('?', colon);
        String transport = query < 0 ? null : transport(text.substring(query));
        String place = text.substring(colon + 1, query < 0 ? text.length() : query);
        int portColon = place.indexOf(':', place.lastIndexOf(']') + 1);
        int port = portColon < 0 ? NO_PORT : port(place.substring(portColon + 1));
        String host = portColon < 0 ? place : place.substring(0, portColon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (bracketed) {
            host = host.substring(1, host.length() - 1);
        }
        boolean valid = bracketed == isIpv6(host) && isValid(scheme, host, port, transport);
        return valid ? Optional.of(new StunUri(scheme, host, port, transport)) : Optional.empty();
    }

    /** The port, or the scheme's own where none is named. */
    public int portOrDefault() {
        return port == NO_PORT ? scheme.defaultPort : port;
    }

    /** The URI as clients take it. */
    @Override
    public String toString() {
        return print(scheme, host, port, transport);
    }

    private static String print(Scheme scheme, String host, int port, String transport) {
        return scheme.name().toLowerCase(Locale.ROOT) + ':'
                + (isIpv6(host) ? '[' + host + ']' : host)
                + (port == NO_PORT ? "" : ":" + port)
                + (transport == null ? "" : QUERY + transport);
    }

    private static boolean isValid(Scheme scheme, String host, int port, String transport) {
        return (isIpv6(host) ? UriText.isIpv6Address(host) : UriText.isName(host))
                && (port == NO_PORT || port > NOT_A_PORT && port <= 0xFFFF)
                && (transport == null || scheme.hasTransport() && UriText.isWord(transport));
    }

    private static boolean isIpv6(String host) {
        return host.indexOf(':') >= 0;
    }

    /** The word of a query; an empty one, which no transport is, if it is another query. */
    private static String transport(String query) {
        return query.regionMatches(true, 0, QUERY, 0, QUERY.length()) ? query.substring(QUERY.length()) : "";
    }

    /** A port of any number of digits; none of them is as good as no port (RFC 3986 §3.2.3). */
    private static int port(String digits) {
        int port = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(i) - '0';
            if (digit < 0 || digit > 9 || port > 0xFFFF) {
                return NOT_A_PORT;
            }
            port = port * 10 + digit;
        }
        return digits.isEmpty() ? NO_PORT : port;
    }
}
