// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.peer.Child;
import im.thingle.ops.peer.Chromium;
import im.thingle.ops.peer.NeedsPeer;
import im.thingle.ops.peer.Peer;
import im.thingle.ops.peer.TurnThingle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A browser that may use relays only, on both sides of a call. */
@NeedsPeer(Peer.CHROMIUM)
class ChromiumTurnIT {
    private static TurnThingle thingle;

    @BeforeAll
    static void start() {
        thingle = TurnThingle.start("");
    }

    @AfterAll
    static void stop() {
        thingle.close();
    }

    @ParameterizedTest
    @CsvSource({"turn, udp, udp", "turn, tcp, tcp", "turns, tcp, tls"})
    void aDataChannelCarriesAMebibyteThereAndBack(String scheme, String transport, String relayProtocol) {
        try (Child chromium = Chromium.dataChannel(uri(scheme, transport), TurnThingle.user(0), TurnThingle.PASSWORD)) {
            assertThat(chromium.awaitExit()).as(chromium::output).isZero();
            assertThat(chromium.output())
                    .contains("\"bytes\":1048576", "\"local\":\"relay\"", "\"remote\":\"relay\"")
                    .contains("\"relayProtocol\":\"" + relayProtocol + "\"");
        }
    }

    @ParameterizedTest
    @CsvSource({"turn, udp, udp", "turn, tcp, tcp", "turns, tcp, tls"})
    void aCallBringsSoundAndPicture(String scheme, String transport, String relayProtocol) {
        try (Child chromium = Chromium.call(uri(scheme, transport), TurnThingle.user(1), TurnThingle.PASSWORD)) {
            assertThat(chromium.awaitExit()).as(chromium::output).isZero();
            assertThat(chromium.output())
                    .contains("\"frames\":", "\"audioPackets\":", "\"local\":\"relay\"", "\"remote\":\"relay\"")
                    .contains("\"relayProtocol\":\"" + relayProtocol + "\"");
        }
    }

    private static String uri(String scheme, String transport) {
        int port = scheme.equals("turns") ? thingle.securePort() : thingle.plainPort();
        return "%s:127.0.0.1:%d?transport=%s".formatted(scheme, port, transport);
    }
}
