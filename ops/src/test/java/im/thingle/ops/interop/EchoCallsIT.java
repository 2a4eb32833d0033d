// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import im.thingle.ops.peer.Account;
import im.thingle.ops.peer.Aiortc;
import im.thingle.ops.peer.Await;
import im.thingle.ops.peer.Child;
import im.thingle.ops.peer.Chromium;
import im.thingle.ops.peer.Chromium.Login;
import im.thingle.ops.peer.Deployment;
import im.thingle.ops.peer.NeedsPeer;
import im.thingle.ops.peer.Peer;
import im.thingle.ops.peer.ProsodyServer;
import im.thingle.ops.peer.XmppServer;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A call to {@code echo@} comes back, on Prosody: sound and picture of aiortc, with Jingle over slixmpp, and of
 * Chromium, with that of stanza.
 */
@NeedsPeer({Peer.PROSODY, Peer.SLIXMPP, Peer.AIORTC})
@Timeout(90)
class EchoCallsIT {
    private static final String ECHO = "echo@" + XmppServer.PROXY;
    /** As aiortc-echo.py sends them. */
    private static final double HERTZ = 440;
    private static final double LIGHT = 200;
    private static final double DARK = 60;

    private static Deployment deployment;

    @BeforeAll
    static void start() {
        deployment = Deployment.start(new ProsodyServer(XmppServer.Proxy.COMPONENT, "", "websocket"), """
                thingle.gateway.enabled = on
                thingle.turn { relay-addresses = ["127.0.0.1"], allow-peers = ["127.0.0.1"] }
                """);
    }

    @AfterAll
    static void stop() {
        deployment.close();
    }

    @Test
    void soundAndPictureComeBack() {
        Config facts = call();

        assertThat(facts.getStringList("features")).contains(
                "urn:xmpp:jingle:1", "urn:xmpp:jingle:apps:rtp:1", "urn:xmpp:jingle:apps:rtp:audio",
                "urn:xmpp:jingle:apps:rtp:video", "urn:xmpp:jingle:apps:dtls:0", "urn:xmpp:jingle:transports:ice-udp:1",
                "urn:xmpp:jingle-message:0");
        assertSound(facts);
        assertThat(facts.getDoubleList("halves").get(0)).isCloseTo(LIGHT, within(20.0));
        assertThat(facts.getDoubleList("halves").get(1)).isCloseTo(DARK, within(20.0));
        assertThat(facts.getStringList("ssrcs.answer"))
                .hasSameSizeAs(facts.getStringList("ssrcs.offer"))
                .doesNotContainAnyElementsOf(facts.getStringList("ssrcs.offer"));
        assertThat(facts.getString("report")).contains("opus/48000", "VP8/90000", "ICE over IPv4", "DTLS-SRTP with A");
        assertLogged("media ended .*reason=ended");
        assertThat(deployment.thingle().metric("thingle_gateway_transports_total", "ice\\+echo")).isPositive();
    }

    @Test
    void soundAloneComesBack() {
        assertSound(call("--audio"));
    }

    /** As clients do that do not bundle (XEP-0338). */
    @Test
    void soundAndPictureHaveTransportsOfTheirOwn() {
        Config facts = call("--separate");

        assertSound(facts);
        assertThat(facts.getString("report").lines()).hasSize(3);
    }

    @NeedsPeer(Peer.CHROMIUM)
    @ParameterizedTest
    @ValueSource(strings = {"", "unbundled"})
    void aBrowserHearsAndSeesItself(String habit) {
        Login alice = new Login(deployment.server(), Account.ALICE);
        try (Child browser = Chromium.echo(alice, ECHO, List.of(habit))) {
            browser.await("browser is there");
            Config facts = ConfigFactory.parseString(browser.await("(?m)^\\{.*}$").group());

            assertThat(facts.root().keySet()).as(facts.root().render()).contains("media");
            assertThat(facts.getInt("media.frames")).isGreaterThanOrEqualTo(10);
            assertThat(facts.getDouble("media.energy")).isPositive();
            assertThat(facts.getStringList("seen")).hasSize(1).isEqualTo(facts.getStringList("told"));
            assertThat(facts.getString("report").lines()).hasSize(habit.isEmpty() ? 2 : 3);
            assertThat(facts.getString("report")).contains("opus/48000", "/90000", ", 0 were lost");
        }
    }

    @Test
    void anotherCertificateThanAnnouncedEndsTheCall() {
        Config facts = call("--audio", "--wrong-fingerprint");

        assertThat(facts.getString("terminated")).contains("security-error");
        assertThat(facts.getString("report")).contains("another certificate");
        assertLogged("media ended .*reason=wrong-certificate");
    }

    @Test
    void whatCannotBeGivenBackIsTurnedDown() {
        assertThat(call("--audio", "--no-dtls").getString("failed")).contains("security-error", "crypto-required");
        assertThat(call("--audio", "--no-mux").getString("failed")).contains("incompatible-parameters");
    }

    private static void assertSound(Config facts) {
        assertThat(facts.root().keySet()).as(facts.root().render()).contains("hertz");
        assertThat(facts.getDouble("hertz")).isCloseTo(HERTZ, within(5.0));
    }

    private static void assertLogged(String line) {
        Await.until(() -> "no " + line + " in:\n" + deployment.thingle().child().output(),
                () -> deployment.thingle().child().said(line));
    }

    private static Config call(String... options) {
        try (Child call = Aiortc.echo(deployment, ECHO + "/thingle", List.of(options))) {
            return ConfigFactory.parseString(call.await("(?m)^\\{.*}$").group());
        }
    }
}
