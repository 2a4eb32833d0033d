// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.peer.Await;
import im.thingle.ops.peer.Deployment;
import im.thingle.ops.peer.Dino;
import im.thingle.ops.peer.FilePersona;
import im.thingle.ops.peer.Gajim;
import im.thingle.ops.peer.JingleFile;
import im.thingle.ops.peer.JingleFile.Over;
import im.thingle.ops.peer.JingleParty;
import im.thingle.ops.peer.NeedsPeer;
import im.thingle.ops.peer.OnionServer;
import im.thingle.ops.peer.Payload;
import im.thingle.ops.peer.Peer;
import im.thingle.ops.peer.ThingleProcess;
import im.thingle.ops.peer.XmppServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The real Dino with contacts behind the gateway. Thingle is not at 127.0.0.1: Gajim would not connect to it there. */
@NeedsPeer({Peer.PROSODY, Peer.DINO})
@Timeout(60)
class DinoIT {
    private static final String BOB_SOURCE = "127.0.0.3";
    private static final String ALICE = "alice\\40thingle.onion@" + XmppServer.PROXY;
    private static final String BOB = "bob\\40thingle.onion@" + XmppServer.PROXY;

    private static Deployment deployment;

    private final Payload payload = new Payload(777_777, 40);
    private long carried;

    @BeforeAll
    static void start() {
        deployment = OnionServer.start("127.0.0.9", "thingle.gateway.enabled = on\n");
    }

    @AfterAll
    static void stop() {
        deployment.close();
    }

    @BeforeEach
    void count() {
        carried = bytes();
    }

    @AfterEach
    void awaitNoSession() {
        Await.until(() -> "no session is left", () -> thingle().metric("thingle_gateway_sessions") == 0);
    }

    @Test
    void showsTheButtonsForFilesAndCalls() throws Exception {
        try (Dino alice = Dino.look(server(), OnionServer.ALICE, BOB);
                Dino bob = Dino.look(server(), OnionServer.BOB, ALICE)) {
            alice.child().await("^contact file call$");
            bob.child().await("^contact file call$");
            assertThat(alice.stanzas()).isNotEmpty().doesNotContain(OnionServer.BOB.bareJid());
        }
    }

    @ParameterizedTest
    @EnumSource(value = Over.class, names = {"SOCKS5", "FALLBACK"})
    void sendsAFile(Over bobsOver) throws Exception {
        try (JingleParty bob = JingleParty.login(server(), OnionServer.BOB, BOB_SOURCE);
                Dino alice = Dino.sender(server(), OnionServer.ALICE, BOB, payload)) {
            bob.subscribe(ALICE);
            try (JingleFile file = JingleFile.offered(bob, FilePersona.STANDARD, bobsOver)) {
                assertThat(file.peer()).isEqualTo(ALICE + "/dino");
                assertThat(file.accept(thingle().proxy()).receive(payload.size())).isEqualTo(payload.sha256Hex());
                file.thank();
                file.terminate("success");
            }
            assertStrangers(alice, bob);
        }
        assertThat(bytes() - carried).isEqualTo(payload.size());
    }

    @ParameterizedTest
    @EnumSource(value = Over.class, names = {"SOCKS5", "FALLBACK"})
    void takesAFile(Over bobsOver) throws Exception {
        try (JingleParty bob = JingleParty.login(server(), OnionServer.BOB, BOB_SOURCE);
                Dino alice = Dino.receiver(server(), OnionServer.ALICE, BOB)) {
            bob.subscribe(ALICE);
            String peer = bob.awaitPresence(ALICE).getAttribute("from");
            try (JingleFile file = JingleFile.offer(
                    bob, peer, FilePersona.STANDARD, bobsOver, payload, thingle().proxy(), "")) {
                file.connect().send(payload);

                alice.child().await("^received " + payload.size() + " " + payload.sha256Hex() + "$");
            }
            assertStrangers(alice, bob);
        }
    }

    @Test
    @NeedsPeer(Peer.GAJIM)
    void takesAFileFromGajim() {
        try (Dino alice = Dino.receiver(server(), OnionServer.ALICE, BOB);
                Gajim bob = Gajim.sender(server(), OnionServer.BOB, ALICE, payload)) {
            alice.child().await("^received " + payload.size() + " " + payload.sha256Hex() + "$");
            bob.child().await("^sent " + payload.size() + "$");
        }
        assertThat(bytes() - carried).isEqualTo(payload.size());
    }

    private static void assertStrangers(Dino alice, JingleParty bob) throws Exception {
        assertThat(alice.stanzas()).isNotEmpty().doesNotContain(BOB_SOURCE, OnionServer.BOB.bareJid());
        assertThat(bob.wasReached()).isFalse();
    }

    private static ThingleProcess thingle() {
        return deployment.thingle();
    }

    private static XmppServer server() {
        return deployment.server();
    }

    private static long bytes() {
        return thingle().metric("thingle_gateway_bytes_total");
    }
}
