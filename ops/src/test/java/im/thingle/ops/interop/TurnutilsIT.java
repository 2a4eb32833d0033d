// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.peer.Await;
import im.thingle.ops.peer.Child;
import im.thingle.ops.peer.Loopback;
import im.thingle.ops.peer.NeedsPeer;
import im.thingle.ops.peer.Peer;
import im.thingle.ops.peer.TurnThingle;
import im.thingle.ops.peer.Turnutils;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * coturn's own client against Thingle, once for each way a client can ask. They all run at the same time, because each
 * spends its seconds waiting for its own clock.
 */
@NeedsPeer(Peer.COTURN)
class TurnutilsIT {
    private static final int MESSAGES = 20;

    /** Options of turnutils_uclient; a word in capitals stands for something of this run. */
    enum Way {
        UDP_CHANNELS("-p PLAIN -e 127.0.0.1"),
        UDP_SEND_INDICATIONS("-p PLAIN -e 127.0.0.1 -s"),
        UDP_BETWEEN_CLIENTS("-p PLAIN -y"),
        UDP_DONT_FRAGMENT("-p PLAIN -e 127.0.0.1 -g"),
        UDP_PADDED_CHANNELS("-p PLAIN -e 127.0.0.1 -D"),
        UDP_EXTRA_REQUESTS("-p PLAIN -e 127.0.0.1 -G"),
        UDP_IPV6_RELAY("-p PLAIN -e ::1 -x"),
        UDP_DUAL_ALLOCATION("-p PLAIN -e 127.0.0.1 -Z"),
        UDP_LARGE_MESSAGES("-p PLAIN -e 127.0.0.1 -l 1400"),
        UDP_MOBILITY("-p PLAIN -e 127.0.0.1 -M"),
        TCP_CHANNELS("-p PLAIN -e 127.0.0.1 -t"),
        TCP_SEND_INDICATIONS("-p PLAIN -e 127.0.0.1 -t -s"),
        TLS_CHANNELS("-p SECURE -e 127.0.0.1 -t -S"),
        DTLS_CHANNELS("-p SECURE -e 127.0.0.1 -S"),
        DTLS_SEND_INDICATIONS("-p SECURE -e 127.0.0.1 -S -s"),
        TCP_RELAY("-p PLAIN -T"),
        /** The active side keeps what it gets to itself: half is missing with coturn as the server too. */
        TCP_RELAY_PASSIVE("-p PLAIN -P", "Total lost packets 20 (50.000000%)"),
        TCP_RELAY_OVER_TLS("-p SECURE -T -S");

        private final String options;
        private final String result;

        Way(String options) {
            this(options, "Total lost packets 0 (0.000000%)");
        }

        Way(String options, String result) {
            this.options = options;
            this.result = result;
        }

        List<String> command(TurnThingle thingle, int peerPort) {
            String words = options.replace("PLAIN", Integer.toString(thingle.plainPort()))
                    .replace("SECURE", Integer.toString(thingle.securePort()));
            List<String> command = new ArrayList<>(List.of(words.split(" ")));
            command.addAll(List.of("-u", TurnThingle.user(ordinal()), "-w", TurnThingle.PASSWORD));
            command.addAll(List.of("-r", Integer.toString(peerPort), "-m", "2", "-z", "5"));
            command.addAll(List.of("-n", Integer.toString(MESSAGES)));
            return command;
        }
    }

    private static final int PEER_PORT = Loopback.freePort();
    private static final Map<Way, Child> CLIENTS = new EnumMap<>(Way.class);
    private static TurnThingle thingle;
    private static Child peer;

    @BeforeAll
    static void startAll() {
        peer = Turnutils.peer(PEER_PORT);
        thingle = TurnThingle.start("thingle.turn { mobility = on, tcp-relay = on }");
        for (Way way : Way.values()) {
            CLIENTS.put(way, Turnutils.client("127.0.0.1", way.command(thingle, PEER_PORT)));
        }
    }

    @AfterAll
    static void stopAll() {
        CLIENTS.values().forEach(Child::close);
        peer.close();
        thingle.close();
    }

    @ParameterizedTest
    @EnumSource
    void everyMessageComesBack(Way way) {
        Child client = CLIENTS.get(way);

        assertThat(client.awaitExit()).as(client::output).isZero();
        assertThat(client.output())
                // the last line of this kind: two clients, or, where they call each other, four
                .containsPattern("start_mclient: tot_send_msgs=(%d|%d), ".formatted(2 * MESSAGES, 4 * MESSAGES))
                .contains(way.result + ", total send dropped 0 (0.000000%)");
    }

    @Test
    void aSharedSecretMakesCredentials() {
        List<String> options = List.of(
                "-p", Integer.toString(thingle.plainPort()), "-y", "-u", "ann", "-W", TurnThingle.SECRET, "-n", "5");
        try (Child client = Turnutils.client("127.0.0.1", options)) {
            assertThat(client.awaitExit()).as(client::output).isZero();
            assertThat(client.output()).contains("Total lost packets 0 ");
        }
    }

    @Test
    void aWrongPasswordIsRefusedWithOneLine() {
        List<String> options = List.of(
                "-p", Integer.toString(thingle.plainPort()), "-y", "-u", "mallory", "-w", "guess", "-n", "1");
        try (Child client = Turnutils.client("127.0.0.1", options)) {
            Await.until(() -> "the refusal; " + client.output() + thingle.process().child().output(), () ->
                    thingle.process().child().said("mallory"));
        }
    }
}
