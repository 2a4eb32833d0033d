// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.peer.Deployment;
import im.thingle.ops.peer.Duo;
import im.thingle.ops.peer.Elements;
import im.thingle.ops.peer.NeedsPeer;
import im.thingle.ops.peer.Peer;
import im.thingle.ops.peer.Socks5Client;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The order in which clients connect and activate, and the names they give to one bytestream. */
@NeedsPeer(Peer.PROSODY)
@Timeout(60)
class BytestreamPersonasIT {
    private static Deployment deployment;
    private static Duo duo;

    @BeforeAll
    static void start() throws Exception {
        deployment = Deployment.onProsody("");
        duo = Duo.login(deployment);
    }

    @AfterAll
    static void stop() throws IOException {
        duo.close();
        deployment.close();
    }

    /** Alice is on the proxy before Bob hears of the file, so she is the first socket and the requester too. */
    @Test
    void conversationsOffersAfterItHasConnected() throws IOException {
        try (Socks5Client alice = duo.park("offered");
                Socks5Client bob = duo.park("offered")) {
            String outcome = duo.activate("offered").getAttribute("type");
            alice.write("from the offerer");

            assertThat(outcome).isEqualTo("result");
            assertThat(bob.readText(16)).isEqualTo("from the offerer");
        }
    }

    /** As responder it offers a candidate of its own: the same sid, the hash the other way round (XEP-0260 §2.2). */
    @Test
    void conversationsOffersItsProxyAsResponderToo() throws IOException {
        String hash = Socks5Client.hash("answered", duo.bob().jid(), duo.alice().jid());
        try (Socks5Client bob = Socks5Client.parked(deployment.thingle().proxy(), hash);
                Socks5Client alice = Socks5Client.parked(deployment.thingle().proxy(), hash);
                Socks5Client loser = duo.park("answered")) {
            String outcome = Duo.activate(duo.bob(), "answered", duo.alice().jid()).getAttribute("type");
            alice.write("from the initiator");

            assertThat(outcome).isEqualTo("result");
            assertThat(bob.readText(18)).isEqualTo("from the initiator");
            assertThat(loser.isSilent()).isTrue();
        }
    }

    /** Towards file transfer version 3 Conversations names the stream by the Jingle session, not by the transport. */
    @Test
    void conversationsNamesTheStreamByItsSession() throws IOException {
        try (Socks5Client alice = duo.park("session");
                Socks5Client bob = duo.park("session")) {
            String byTransport = Elements.condition(duo.activate("transport"));
            String bySession = duo.activate("session").getAttribute("type");
            alice.write("named by session");

            assertThat(byTransport).isEqualTo("item-not-found");
            assertThat(bySession).isEqualTo("result");
            assertThat(bob.readText(16)).isEqualTo("named by session");
        }
    }

    /** Gajim tries a proxy out: both sockets are its own, the other party is invented. */
    @Test
    void gajimTestsTheProxyByItself() throws IOException {
        String invented = "test@gajim.org/test2";
        String hash = Socks5Client.hash("self", duo.alice().jid(), invented);
        try (Socks5Client receiver = Socks5Client.parked(deployment.thingle().proxy(), hash);
                Socks5Client host = Socks5Client.parked(deployment.thingle().proxy(), hash)) {
            String outcome = Duo.activate(duo.alice(), "self", invented).getAttribute("type");
            host.write("works");

            assertThat(outcome).isEqualTo("result");
            assertThat(receiver.readText(5)).isEqualTo("works");
        }
    }

    @Test
    void nobodyButTheRequesterActivates() throws IOException {
        try (Socks5Client first = duo.park("mine");
                Socks5Client second = duo.park("mine")) {
            String bob = Elements.condition(Duo.activate(duo.bob(), "mine", duo.bob().jid()));

            assertThat(bob).isEqualTo("item-not-found");
            assertThat(first.isSilent() && second.isSilent()).isTrue();
            assertThat(duo.activate("mine").getAttribute("type")).isEqualTo("result");
        }
    }

    @Test
    void oneSocketIsNotEnough() throws IOException {
        try (Socks5Client only = duo.park("half")) {
            assertThat(Elements.condition(duo.activate("half"))).isEqualTo("not-allowed");
            assertThat(only.isSilent()).isTrue();
        }
    }
}
