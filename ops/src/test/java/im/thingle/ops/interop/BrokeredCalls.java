// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import im.thingle.ops.peer.Await;
import im.thingle.ops.peer.Child;
import im.thingle.ops.peer.Chromium;
import im.thingle.ops.peer.Chromium.Login;
import im.thingle.ops.peer.ThingleProcess;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Calls between two browsers that have each other as a contact behind the gateway: Jingle of an unmodified library,
 * with sound and picture both ways. Thingle relays at addresses that no browser has for its own.
 */
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(90)
abstract class BrokeredCalls {
    static final String RELAY = "127.0.0.7";
    static final String RELAY_6 = "::1";
    /** Browsers are on the loopback, which peers may not be in by default. */
    static final String SETTINGS =
            """
            thingle.gateway.enabled = on
            thingle.turn { relay-addresses = ["%s", "%s"], allow-peers = ["127.0.0.1", "::1"] }
            """
                    .formatted(RELAY, RELAY_6);

    private static final String[] NEEDED = {
        "urn:xmpp:jingle:1", "urn:xmpp:jingle:transports:ice-udp:1", "urn:xmpp:jingle:apps:rtp:1",
        "urn:xmpp:jingle:apps:dtls:0", "urn:xmpp:jingle:apps:rtp:audio", "urn:xmpp:jingle:apps:rtp:video"
    };

    private Child browser;

    abstract ThingleProcess thingle();

    abstract Login caller();

    abstract Login callee();

    /** Behind whose addresses they are contacts. */
    abstract String component();

    /** As {@code jingle-call.mjs} reads them. */
    abstract List<String> calls();

    @AfterAll
    void quit() {
        if (browser != null) {
            browser.close();
        }
    }

    /** One browser for all of them: it makes the next call while we look at the last. */
    @Order(1)
    @ParameterizedTest
    @MethodSource("calls")
    void callsAndFilesPass(String call) {
        String[] words = call.split("/");
        Config told = told(call);

        assertThat(told.getStringList("features.caller")).contains(NEEDED);
        assertThat(told.getStringList("features.callee")).contains(NEEDED);
        if (words[2].equals("file")) {
            assertFile(told);
            assertThat(told.getBoolean("wrapped")).isEqualTo(call.contains("wrapped"));
            return;
        }
        assertThat(told.getStringList("proposed")).containsExactly("audio", "video");
        if (words[2].equals("declined")) {
            assertThat(told.getString("ended")).isEqualTo("decline");
            assertSaid(told, "call", "none", "0", "decline", callee());
            return;
        }
        assertMedia(told, "media");
        int contents = words[0].contains("data") ? 3 : 2;
        assertThat(told.getStringList("callee.pairs")).hasSize(call.contains("unbundled") ? contents : 1);
        assertKnown(told.getConfig("caller"), words[0], told.getConfig("callee"));
        assertKnown(told.getConfig("callee"), words[1], told.getConfig("caller"));
        assertThat(told.getList("leaks").unwrapped()).isEmpty();
        if (words[0].contains("data")) {
            assertThat(told.getString("echo")).isEqualTo("through the relay");
        }
        if (words[2].equals("restart")) {
            assertMedia(told, "afterwards");
        }
        assertThat(told.getString("ended")).isEqualTo("success");
        assertThat(told.getString("state")).isEqualTo("closed");
        assertSaid(told, "call", "ice,ice", "[1-9]\\d*", "success", words[2].equals("callee") ? callee() : caller());
    }

    @Order(2)
    @Test
    void nothingIsLeft() {
        assertThat(browser.awaitExit()).isZero();

        Await.until(() -> thingle().child().output(),
                () -> thingle().metric("thingle_gateway_sessions") + thingle().metric("thingle_gateway_calls") == 0);
        assertThat(thingle().metric("thingle_bugs_total")).isZero();
    }

    /** The receiver has thanked for it, that is why it ends. */
    private void assertFile(Config told) {
        assertThat(told.getString("received")).startsWith("3000001 ").isEqualTo(told.getString("sent"));
        assertThat(told.getString("ended")).isEqualTo("success");
        assertThat(told.getList("leaks").unwrapped()).isEmpty();
        assertSaid(told, "file", "ice,ice", "[1-9]\\d*", "success", callee());
    }

    private static void assertMedia(Config told, String when) {
        for (String side : List.of("caller", "callee")) {
            assertThat(told.getInt(when + "." + side + ".frames")).isPositive();
            assertThat(told.getInt(when + "." + side + ".packets")).isPositive();
            assertThat(told.getDouble(when + "." + side + ".energy")).isPositive();
        }
    }

    /** Somebody knows of the other's certificate, and of no address but the relay's. */
    private static void assertKnown(Config known, String habits, Config other) {
        List<String> relay = habits.contains("ipv4") ? List.of(RELAY)
                : habits.contains("ipv6") ? List.of(RELAY_6) : List.of(RELAY, RELAY_6);
        assertThat(known.getStringList("pairs")).isNotEmpty().isSubsetOf(relay);
        assertThat(known.getStringList("remote")).containsExactlyInAnyOrderElementsOf(relay);
        assertThat(known.getStringList("told")).isEqualTo(other.getStringList("own"));
        assertThat(known.getStringList("seen")).isEqualTo(other.getStringList("own"));
    }

    /** Thingle's log has both lines about the call. */
    private void assertSaid(Config told, String kind, String transports, String bytes, String reason, Login by) {
        String parties = " initiator=" + quoted(caller()) + " responder=" + quoted(callee());
        String id = thingle().child()
                .await("session ended id=(\\S+) kind=" + kind + parties + " sid=" + told.getString("sid")
                        + " transports=" + transports + " bytes=" + bytes + " .* reason=" + reason + " by="
                        + quoted(by))
                .group(1);
        thingle().child().await("media ended session=" + id + parties + " .* bytes-from-initiator=" + bytes
                + " .* bytes-from-responder=" + bytes + " .* reason=ended");
    }

    private static String quoted(Login login) {
        return Pattern.quote(login.account().bareJid()) + "/\\S+";
    }

    private Config told(String call) {
        if (browser == null) {
            browser = Chromium.jingleCalls(component(), caller(), callee(), calls());
            browser.await("^browser is there$");
        }
        String result = "^\\{\"call\":\"" + Pattern.quote(call) + "\".*";
        browser.await("^contacts for " + Pattern.quote(call) + "$|" + result);
        String line = browser.await(result).group();
        assertThat(line).as(() -> line + "\n" + thingle().child().output()).doesNotContain("\"failed\"");
        return ConfigFactory.parseString(line);
    }
}
