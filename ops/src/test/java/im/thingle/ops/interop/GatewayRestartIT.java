// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.peer.Account;
import im.thingle.ops.peer.Await;
import im.thingle.ops.peer.FilePersona;
import im.thingle.ops.peer.JingleFile;
import im.thingle.ops.peer.JingleFile.Over;
import im.thingle.ops.peer.JingleParty;
import im.thingle.ops.peer.NeedsPeer;
import im.thingle.ops.peer.Payload;
import im.thingle.ops.peer.Peer;
import im.thingle.ops.peer.ProsodyServer;
import im.thingle.ops.peer.ThingleProcess;
import im.thingle.ops.peer.XmppServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Contacts behind the gateway outlive its sudden death. */
@NeedsPeer(Peer.PROSODY)
@Timeout(60)
class GatewayRestartIT {
    private static final String BOB = "bob\\40localhost@" + XmppServer.PROXY;
    private static final String ALICE = "alice\\40localhost@" + XmppServer.PROXY;

    @Test
    void contactsAndTheirPresenceAreBackAfterAKill() throws Exception {
        try (XmppServer server = new ProsodyServer(XmppServer.Proxy.COMPONENT)) {
            server.start();
            try (ThingleProcess thingle = ThingleProcess.start(server, "thingle.gateway.enabled = on\n");
                    JingleParty alice = JingleParty.login(server, Account.ALICE, "127.0.0.2");
                    JingleParty bob = JingleParty.login(server, Account.BOB, "127.0.0.3")) {
                alice.subscribe(BOB);
                alice.awaitPresence(BOB);
                bob.awaitPresence(ALICE);

                thingle.child().kill();
                thingle.child().awaitExit();
                try (ThingleProcess again = thingle.again()) {
                    String there = bob.awaitPresence(ALICE).getAttribute("from");
                    alice.awaitPresence(BOB);
                    Await.until(() -> "the contact is there", () -> again.metric("thingle_gateway_contacts") == 1);
                    assertCarries(bob, alice, there, again);
                }
            }
        }
    }

    private static void assertCarries(JingleParty from, JingleParty to, String peer, ThingleProcess thingle)
            throws Exception {
        Payload payload = new Payload(100_003, 5);
        try (JingleFile sent = JingleFile.offer(
                        from, peer, FilePersona.STANDARD, Over.SOCKS5, payload, thingle.proxy(), "");
                JingleFile got = JingleFile.offered(to, FilePersona.STANDARD, Over.SOCKS5)) {
            got.accept(thingle.proxy());
            sent.connect().send(payload);

            assertThat(got.receive(payload.size())).isEqualTo(payload.sha256Hex());
            got.thank();
            got.terminate("success");
            assertThat(sent.ended()).isEqualTo("success");
        }
    }
}
