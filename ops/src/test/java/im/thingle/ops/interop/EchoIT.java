// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.peer.Account;
import im.thingle.ops.peer.Deployment;
import im.thingle.ops.peer.FilePersona;
import im.thingle.ops.peer.JingleFile;
import im.thingle.ops.peer.JingleFile.Over;
import im.thingle.ops.peer.JingleParty;
import im.thingle.ops.peer.NeedsPeer;
import im.thingle.ops.peer.Payload;
import im.thingle.ops.peer.Peer;
import im.thingle.ops.peer.XmppServer;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A file to {@code echo@} comes back, on Prosody. */
@NeedsPeer(Peer.PROSODY)
@Timeout(60)
class EchoIT {
    private static final String ECHO = "echo@" + XmppServer.PROXY;

    private static Deployment deployment;

    @BeforeAll
    static void start() {
        deployment = Deployment.onProsody("thingle.gateway.enabled = on\n");
    }

    @AfterAll
    static void stop() {
        deployment.close();
    }

    @ParameterizedTest
    @EnumSource(Over.class)
    void aFileComesBack(Over over) throws Exception {
        Payload payload = new Payload(300_007, 20 + over.ordinal());
        try (JingleParty alice = JingleParty.login(deployment.server(), Account.ALICE, "127.0.0.2")) {
            alice.subscribe(ECHO);
            String echo = alice.awaitPresence(ECHO).getAttribute("from");
            try (JingleFile there = JingleFile.offer(
                    alice, echo, FilePersona.STANDARD, over, payload, deployment.thingle().proxy(), "")) {
                there.connect().send(payload);

                assertThat(there.ended()).isEqualTo("success");
            }
            assertThat(alice.awaitMessage(ECHO).toLowerCase(Locale.ROOT)).contains(payload.sha256Hex());
            try (JingleFile back = JingleFile.offered(alice, FilePersona.STANDARD, over)) {
                assertThat(back.accept(deployment.thingle().proxy()).receive(payload.size()))
                        .isEqualTo(payload.sha256Hex());
                back.thank();
                assertThat(back.ended()).isEqualTo("success");
            }
            assertThat(alice.wasReached()).isFalse();
        }
    }
}
