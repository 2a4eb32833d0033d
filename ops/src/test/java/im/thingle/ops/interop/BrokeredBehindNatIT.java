// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.peer.NatNetwork;
import im.thingle.ops.peer.NeedsPeer;
import im.thingle.ops.peer.Peer;
import im.thingle.ops.peer.SlixmppFile;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two clients behind NATs that let them not reach each other, and what the gateway changes about that. */
@NeedsPeer({Peer.PROSODY, Peer.SLIXMPP, Peer.AIORTC, Peer.NETWORKS})
@Timeout(120)
class BrokeredBehindNatIT {
    private FarHomes homes;

    @BeforeEach
    void start() {
        homes = new FarHomes();
    }

    @AfterEach
    void stop() {
        homes.close();
    }

    @Test
    void aFileFailsDirectlyAndComesThroughTheGateway() throws Exception {
        List<String> onlySockets = List.of("--over", "socks5-only", "--size", "1048576");
        try (SlixmppFile bob = homes.bob("jingle-file.py", "receive", FarHomes.DIRECTLY, onlySockets);
                SlixmppFile alice = homes.alice("jingle-file.py", "send", FarHomes.DIRECTLY, onlySockets)) {
            alice.child().await("^unreached " + NatNetwork.BOB + " ");
            bob.child().await("^unreached " + NatNetwork.ALICE + " ");
            alice.child().await("^failed .*neither party reached the other");
        }

        try (SlixmppFile bob = homes.bob("jingle-file.py", "receive", FarHomes.BROKERED, onlySockets);
                SlixmppFile alice = homes.alice("jingle-file.py", "send", FarHomes.BROKERED, onlySockets)) {
            String sent = alice.child().await("^sent (.*)$").group(1);

            assertThat(bob.child().await("^received (.*)$").group(1)).isEqualTo(sent).startsWith("1048576 ");
            alice.child().await("^ended success$");
            assertThat(alice.child().await("^over socks5 (.*):").group(1)).isEqualTo(NatNetwork.SERVER);
            assertThat(bob.child().await("^over socks5 (.*):").group(1)).isEqualTo(NatNetwork.SERVER);
        }
        assertThat(homes.ended()).contains("transports=socks5,socks5 bytes=1048576 ", "reason=success");
    }

    @Test
    void aCallFailsDirectlyAndIsHeardAndSeenThroughTheGateway() throws Exception {
        List<String> options = List.of("--stun", homes.stun(), "--patience", "12");
        try (SlixmppFile bob = homes.bob("jingle-call.py", "receive", FarHomes.DIRECTLY, options);
                SlixmppFile alice = homes.alice("jingle-call.py", "send", FarHomes.DIRECTLY, options)) {
            alice.child().await("^candidate srflx " + NatNetwork.ALICES_NAT + " ");
            bob.child().await("^candidate srflx " + NatNetwork.BOBS_NAT + " ");
            alice.child().await("^theirs srflx " + NatNetwork.BOBS_NAT + " ");
            bob.child().await("^theirs srflx " + NatNetwork.ALICES_NAT + " ");
            alice.child().await("^failed .*\\{'audio': 0, 'video': 0}");
        }

        try (SlixmppFile bob = homes.bob("jingle-call.py", "receive", FarHomes.BROKERED, options);
                SlixmppFile alice = homes.alice("jingle-call.py", "send", FarHomes.BROKERED, options)) {
            for (SlixmppFile each : List.of(alice, bob)) {
                each.child().await("^heard \\d+ \\d+$");
                assertThat(each.child().await("^connected (\\S+) ").group(1)).isEqualTo(NatNetwork.SERVER);
            }
            bob.child().await("^ended success$");
        }
        assertThat(homes.ended()).contains("kind=call", "reason=success");
    }

    /** That the NATs are why the direct ways failed, and nothing else is. */
    @Test
    void withoutNatBothWouldGoDirectly() throws Exception {
        homes.network().open();
        List<String> waits = List.of("--over", "in-band");
        List<String> connects = List.of("--over", "socks5-only", "--size", "1000");
        try (SlixmppFile bob = homes.bob("jingle-file.py", "receive", FarHomes.DIRECTLY, waits);
                SlixmppFile alice = homes.alice("jingle-file.py", "send", FarHomes.DIRECTLY, connects)) {
            alice.child().await("^candidate " + NatNetwork.ALICE + " ");
            bob.child().await("^failed somebody came from " + NatNetwork.ALICE + ":");
        }

        try (SlixmppFile bob = homes.bob("jingle-call.py", "receive", FarHomes.DIRECTLY, List.of());
                SlixmppFile alice = homes.alice("jingle-call.py", "send", FarHomes.DIRECTLY, List.of())) {
            alice.child().await("^heard \\d+ \\d+$");
            bob.child().await("^heard \\d+ \\d+$");
            alice.child().await("^connected " + NatNetwork.BOB + " ");
        }
    }
}
