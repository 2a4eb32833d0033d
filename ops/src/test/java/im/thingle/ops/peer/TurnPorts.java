// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

/**
 * Where Thingle takes calls on 127.0.0.1 and ::1, and lends ports for them. Immutable.
 *
 * @param plain for UDP and TCP
 * @param secure for DTLS and TLS
 */
public record TurnPorts(int plain, int secure) {
    public static TurnPorts free() {
        return new TurnPorts(Loopback.freePort(), Loopback.freePort());
    }

    /** Lines of the configuration file. */
    public String settings() {
        return """
                thingle.turn {
                  udp = ["127.0.0.1:%1$d", "[::1]:%1$d"], tcp = ["127.0.0.1:%1$d", "[::1]:%1$d"]
                  dtls = ["127.0.0.1:%2$d"], tls = ["127.0.0.1:%2$d", "[::1]:%2$d"]
                  allow-peers = ["127.0.0.1", "::1"]
                  limits.allocations-per-address = 1000
                }
                """
                .formatted(plain, secure);
    }
}
