// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import im.thingle.ops.peer.Await;
import im.thingle.ops.peer.Deployment;
import im.thingle.ops.peer.Dino;
import im.thingle.ops.peer.Loopback;
import im.thingle.ops.peer.NeedsPeer;
import im.thingle.ops.peer.OnionServer;
import im.thingle.ops.peer.Peer;
import im.thingle.ops.peer.ThingleProcess;
import im.thingle.ops.peer.XmppServer;
import java.util.Optional;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * One real Dino calls another through the gateway (XEP-0353, XEP-0167, XEP-0176, XEP-0320). Dino's ICE does without the
 * loopback, so Thingle is at another address of this machine.
 */
@NeedsPeer({Peer.PROSODY, Peer.DINO})
@Timeout(90)
class DinoCallIT {
    /** More than the handshake of DTLS has. */
    private static final long WITH_SOUND = 40;

    @Test
    void soundGoesBothWays() {
        Optional<String> address = Loopback.notLoopback();
        assumeTrue(address.isPresent(), "this machine has no address but the loopback's");
        String settings = "thingle { gateway.enabled = on, turn.allow-peers = [\"" + address.get() + "\"] }\n";
        try (Deployment deployment = OnionServer.start(address.get(), settings)) {
            ThingleProcess thingle = deployment.thingle();
            try (Dino bob = Dino.answering(deployment.server(), OnionServer.BOB, asContact("alice"));
                    Dino alice = Dino.calling(deployment.server(), OnionServer.ALICE, asContact("bob"))) {
                alice.child().await("^calling$");
                bob.child().await("^answered$");
                Await.until(
                        () -> "sound goes through Thingle; it said:\n" + thingle.child().output(),
                        () -> thingle.metric("thingle_gateway_calls_packets_total") > WITH_SOUND);
            }
            Matcher ended = thingle.child().await("media ended .* initiator-at=(\\S+) responder-at=(\\S+)"
                    + " .*packets-from-initiator=(\\d+) .*packets-from-responder=(\\d+)");
            assertThat(ended.group(1)).startsWith(address.get());
            assertThat(ended.group(2)).startsWith(address.get());
            assertThat(Long.parseLong(ended.group(3))).isGreaterThan(WITH_SOUND / 4);
            assertThat(Long.parseLong(ended.group(4))).isGreaterThan(WITH_SOUND / 4);
        }
    }

    private static String asContact(String user) {
        return user + "\\40thingle.onion@" + XmppServer.PROXY;
    }
}
