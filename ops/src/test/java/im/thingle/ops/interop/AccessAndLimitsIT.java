// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.peer.Account;
import im.thingle.ops.peer.Await;
import im.thingle.ops.peer.Deployment;
import im.thingle.ops.peer.Duo;
import im.thingle.ops.peer.Elements;
import im.thingle.ops.peer.NeedsPeer;
import im.thingle.ops.peer.Peer;
import im.thingle.ops.peer.RawXmpp;
import im.thingle.ops.peer.Socks5Client;
import im.thingle.ops.peer.XmppServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.w3c.dom.Element;

/** Who may have how much, and what the others are told. */
@NeedsPeer(Peer.PROSODY)
@Timeout(60)
class AccessAndLimitsIT {
    private static final int PARKED = 6;
    private static final String ADDRESS_QUERY = "<query xmlns='http://jabber.org/protocol/bytestreams'/>";
    private static Deployment deployment;
    private static Duo duo;

    @BeforeAll
    static void start() throws Exception {
        deployment = Deployment.onProsody(
                """
                thingle.bytestreams.limits { streams-per-jid = 2, parked-per-address = %d }
                """.formatted(PARKED));
        duo = Duo.login(deployment);
    }

    @AfterAll
    static void stop() throws IOException {
        duo.close();
        deployment.close();
    }

    /** A mere end of file from a waiting socket may be a half-close, so the tests leave with a reset. */
    @AfterEach
    void awaitEmptiness() {
        Await.until(() -> "the sockets are gone", () -> deployment.thingle().metric("thingle_streams_parked") == 0);
    }

    @Test
    void strangersAreForbiddenAndNamedInTheLog() throws Exception {
        try (RawXmpp stranger = RawXmpp.login(deployment.server(), Account.STRANGER, "raw")) {
            Element lookup = stranger.ask("get", XmppServer.PROXY, ADDRESS_QUERY);
            Element activation = Duo.activate(stranger, "s1", duo.bob().jid());

            assertThat(Elements.condition(lookup)).isEqualTo("forbidden");
            assertThat(Elements.first(lookup, "error").getAttribute("type")).isEqualTo("auth");
            assertThat(Elements.condition(activation)).isEqualTo("forbidden");
            deployment.thingle().child().await("IQ refused .*forbidden.*mallory@stranger\\.example");
        }
    }

    @Test
    void oneStreamTooManyIsAConstraintAndHarmsNone() throws Exception {
        try (Duo.Stream one = duo.open("one");
                Duo.Stream two = duo.open("two");
                Socks5Client first = duo.park("three");
                Socks5Client second = duo.park("three")) {
            Element answer = duo.activate("three");

            assertThat(Elements.condition(answer)).isEqualTo("resource-constraint");
            assertThat(deployment.thingle().metric("thingle_refused_total", "streams-per-jid")).isEqualTo(1);
            assertThat(one.carries("goes", "on") && two.carries("goes", "on")).isTrue();
            assertThat(first.isSilent() && second.isSilent()).isTrue();
            first.reset();
            second.reset();
        }
    }

    /** Smack never again asks a proxy that once answered a lookup with an error, Dino asks only once. */
    @Test
    void aFullProxyRefusesSocketsFastButAnswersLookups() throws Exception {
        List<Socks5Client> parked = new ArrayList<>();
        try {
            for (int i = 0; i < PARKED; i++) {
                parked.add(duo.park("flood-" + i));
            }
            long beganNanos = System.nanoTime();
            assertThat(isRefused()).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - beganNanos)).isLessThan(Duration.ofSeconds(1));

            Element lookup = duo.alice().ask("get", XmppServer.PROXY, ADDRESS_QUERY);

            assertThat(Elements.first(lookup, "streamhost").getAttribute("jid")).isEqualTo(XmppServer.PROXY);
        } finally {
            for (Socks5Client client : parked) {
                client.reset();
            }
        }
    }

    private static boolean isRefused() throws IOException {
        try (Socks5Client surplus = Socks5Client.parked(deployment.thingle().proxy(), duo.hash("surplus"))) {
            return surplus.read() == -1;
        } catch (IOException refusedOrReset) {
            return true;
        }
    }
}
