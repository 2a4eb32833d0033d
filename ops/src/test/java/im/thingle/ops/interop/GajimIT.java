// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.peer.Account;
import im.thingle.ops.peer.Await;
import im.thingle.ops.peer.Deployment;
import im.thingle.ops.peer.FilePersona;
import im.thingle.ops.peer.Gajim;
import im.thingle.ops.peer.JingleFile;
import im.thingle.ops.peer.JingleFile.Over;
import im.thingle.ops.peer.JingleParty;
import im.thingle.ops.peer.NeedsPeer;
import im.thingle.ops.peer.Payload;
import im.thingle.ops.peer.Peer;
import im.thingle.ops.peer.ProsodyServer;
import im.thingle.ops.peer.XmppServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The real Gajim with contacts behind the gateway. It only sends: taking files by Jingle fails in 1.7 with any sender.
 * Thingle is not at 127.0.0.1, because Gajim never connects there (COMPAT(Gajim, 1.7): it takes that for itself).
 */
@NeedsPeer({Peer.PROSODY, Peer.GAJIM})
@Timeout(60)
class GajimIT {
    private static final String THINGLE = "127.0.0.9";
    private static final String BOB_SOURCE = "127.0.0.3";
    private static final String ALICE = "alice\\40localhost@" + XmppServer.PROXY;
    private static final String BOB = "bob\\40localhost@" + XmppServer.PROXY;

    private static Deployment deployment;

    @BeforeAll
    static void start() {
        deployment = Deployment.at(
                THINGLE, new ProsodyServer(XmppServer.Proxy.COMPONENT), "thingle.gateway.enabled = on\n");
    }

    @AfterAll
    static void stop() {
        deployment.close();
    }

    @Test
    void showsTheButtonsForFilesAndCalls() {
        try (Gajim alice = Gajim.look(deployment.server(), Account.ALICE, BOB);
                Gajim bob = Gajim.look(deployment.server(), Account.BOB, ALICE)) {
            assertThat(alice.buttons()).containsExactly("send-file-jingle", "start-voice-call", "start-video-call");
            assertThat(bob.buttons()).containsExactly("send-file-jingle", "start-voice-call", "start-video-call");
            assertThat(alice.child().output()).doesNotContain(Account.BOB.bareJid());
        }
    }

    @ParameterizedTest
    @EnumSource(value = Over.class, names = {"SOCKS5", "FALLBACK"})
    void sendsAFile(Over bobsOver) throws Exception {
        Payload payload = new Payload(777_777, 30 + bobsOver.ordinal());
        long before = deployment.thingle().metric("thingle_gateway_bytes_total");
        try (JingleParty bob = JingleParty.login(deployment.server(), Account.BOB, BOB_SOURCE);
                Gajim alice = Gajim.sender(deployment.server(), Account.ALICE, BOB, payload)) {
            bob.subscribe(ALICE);
            try (JingleFile file = JingleFile.offered(bob, FilePersona.STANDARD, bobsOver)) {
                assertThat(file.peer()).isEqualTo(ALICE + "/gajim");
                String received = file.accept(deployment.thingle().proxy()).receive(payload.size());
                file.thank();
                file.terminate("success");

                assertThat(received).isEqualTo(payload.sha256Hex());
            }
            alice.child().await("^sent " + payload.size() + "$");
            alice.child().await("^ended success$");
            assertThat(alice.child().output()).doesNotContain(BOB_SOURCE, Account.BOB.bareJid());
            assertThat(bob.wasReached()).isFalse();
        }
        Await.until(() -> "no session is left", () -> deployment.thingle().metric("thingle_gateway_sessions") == 0);
        assertThat(deployment.thingle().metric("thingle_gateway_bytes_total") - before).isEqualTo(payload.size());
    }
}
