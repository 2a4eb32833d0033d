// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallServiceTest {
    /** The syntax of RFC 7064 §3.1, where a STUN URI has no transport, and of RFC 7065 §3.1. */
    @ParameterizedTest
    @CsvSource({"STUN, turn.example.org, 3478, udp, stun:turn.example.org:3478",
        "STUNS, 203.0.113.7, 5349, tcp, stuns:203.0.113.7:5349",
        "TURN, 2001:db8::7, 3478, udp, turn:[2001:db8::7]:3478?transport=udp",
        "TURNS, turn.example.org, 443, tcp, turns:turn.example.org:443?transport=tcp"})
    void hasAUri(CallService.Kind kind, String host, int port, String transport, String uri) {
        assertThat(new CallService(kind, host, port, transport).uri()).isEqualTo(uri);
    }
}
