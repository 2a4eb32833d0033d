// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.peer.Capture;
import im.thingle.ops.peer.NatNetwork;
import im.thingle.ops.peer.NeedsPeer;
import im.thingle.ops.peer.Peer;
import im.thingle.ops.peer.Seen;
import im.thingle.ops.peer.SlixmppFile;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Through the gateway no packet at a client's machine, and nothing in one, tells the other's address. The clients'
 * streams to the server are in the clear here, so all of what they are told is looked through.
 */
@NeedsPeer({Peer.PROSODY, Peer.SLIXMPP, Peer.AIORTC, Peer.NETWORKS, Peer.CAPTURES})
@Timeout(90)
class BrokeredCaptureIT {
    private static FarHomes homes;

    @BeforeAll
    static void start() {
        homes = new FarHomes();
    }

    @AfterAll
    static void stop() {
        homes.close();
    }

    @ParameterizedTest
    @CsvSource({"socks5, socks5", "in-band, socks5", "in-band, in-band"})
    void aFileTellsNeitherWhereTheOtherIs(String alicesOver, String bobsOver) throws Exception {
        try (Capture atAlice = Capture.at(homes.network().alice());
                Capture atBob = Capture.at(homes.network().bob())) {
            file(FarHomes.BROKERED, alicesOver, bobsOver);

            assertStranger(atAlice.seen(), NatNetwork.BOB, NatNetwork.BOBS_NAT);
            assertStranger(atBob.seen(), NatNetwork.ALICE, NatNetwork.ALICES_NAT);
        }
    }

    @Test
    void aCallTellsNeitherWhereTheOtherIs() throws Exception {
        try (Capture atAlice = Capture.at(homes.network().alice());
                Capture atBob = Capture.at(homes.network().bob())) {
            List<String> options = List.of("--stun", homes.stun());
            try (SlixmppFile bob = homes.bob("jingle-call.py", "receive", FarHomes.BROKERED, options);
                    SlixmppFile alice = homes.alice("jingle-call.py", "send", FarHomes.BROKERED, options)) {
                alice.child().await("^heard \\d+ \\d+$");
                bob.child().await("^ended success$");
            }

            Seen byAlice = atAlice.seen();
            Seen byBob = atBob.seen();
            assertStranger(byAlice, NatNetwork.BOB, NatNetwork.BOBS_NAT);
            assertStranger(byBob, NatNetwork.ALICE, NatNetwork.ALICES_NAT);
            assertThat(byAlice.media()).isGreaterThan(100);
            assertThat(byBob.media()).isGreaterThan(100);
            // each is told where he himself is, hidden as STUN does it: the search would find such an address
            assertThat(byAlice.tellsHidden(NatNetwork.ALICES_NAT)).isTrue();
            assertThat(byBob.tellsHidden(NatNetwork.BOBS_NAT)).isTrue();
        }
    }

    /** That the search finds what clients tell each other without the gateway. */
    @Test
    void directlyEachTellsWhereHeIs() throws Exception {
        try (Capture atAlice = Capture.at(homes.network().alice());
                Capture atBob = Capture.at(homes.network().bob())) {
            file(FarHomes.DIRECTLY, "socks5", "socks5");

            Seen byAlice = atAlice.seen();
            assertThat(byAlice.addresses()).contains(NatNetwork.BOB);
            assertThat(byAlice.has(NatNetwork.BOB)).isTrue();
            assertThat(atBob.seen().tells(NatNetwork.ALICE)).isTrue();
        }
    }

    private static void file(UnaryOperator<String> how, String alicesOver, String bobsOver) {
        try (SlixmppFile bob = homes.bob("jingle-file.py", "receive", how, List.of("--checksum", "--over", bobsOver));
                SlixmppFile alice = homes.alice("jingle-file.py", "send", how,
                        List.of("--over", alicesOver, "--size", "300000", "--checksum"))) {
            String sent = alice.child().await("^sent (.*)$").group(1);
            assertThat(bob.child().await("^received (.*)$").group(1)).isEqualTo(sent);
            alice.child().await("^ended success$");
        }
    }

    private static void assertStranger(Seen seen, String... others) {
        assertThat(seen.addresses()).contains(NatNetwork.SERVER);
        // what clients are to see: Thingle offers itself
        assertThat(seen.has("=\"" + NatNetwork.SERVER + "\"") || seen.has("='" + NatNetwork.SERVER + "'")).isTrue();
        for (String other : others) {
            assertThat(seen.tells(other)).as(other).isFalse();
            assertThat(seen.tellsHidden(other)).as(other + " as STUN hides it").isFalse();
        }
    }
}
