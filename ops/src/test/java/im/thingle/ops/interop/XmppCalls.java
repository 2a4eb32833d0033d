// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.peer.Account;
import im.thingle.ops.peer.Aiortc;
import im.thingle.ops.peer.Child;
import im.thingle.ops.peer.Chromium;
import im.thingle.ops.peer.Deployment;
import im.thingle.ops.peer.ServerPage;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Calls from account to account: both users log in to a real server, ask it or the component for services (XEP-0215),
 * signal each other in messages, and may use relays only. Server and Thingle are configured by the server's page.
 */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(60)
abstract class XmppCalls {
    private final ServerPage page;
    private Deployment deployment;
    private Child browser;
    private long toPeers;
    private long toClients;

    XmppCalls(ServerPage page) {
        this.page = page;
    }

    /** As {@code xmpp-call.mjs} reads them. */
    abstract List<String> browserCalls();

    /** As {@code aiortc-call.py} reads them. */
    abstract List<String> aiortcCalls();

    @BeforeAll
    void start() {
        deployment = Deployment.documented(page, "");
    }

    @AfterAll
    void stop() {
        if (browser != null) {
            browser.close();
        }
        deployment.close();
    }

    @BeforeEach
    void count() {
        toPeers = relayed("to-peers");
        toClients = relayed("to-clients");
    }

    /** One browser for all of them: it makes the next call while we look at the last. */
    @ParameterizedTest
    @MethodSource("browserCalls")
    void soundPictureAndDataPassBetweenTwoBrowsers(String call) {
        if (browser == null) {
            browser = Chromium.xmppCalls(deployment.server(), browserCalls());
        }
        String line = browser.await("^\\{\"call\":\"" + Pattern.quote(call) + "\".*").group();

        assertThat(line)
                .as(() -> line + "\n" + deployment.thingle().child().output())
                .doesNotContain("\"failed\"")
                .containsPattern("\"pings\":50,\"lost\":[0-2],")
                .containsPattern(party("caller", call.split("/")[0]))
                .containsPattern(party("callee", call.split("/")[1]));
        assertThat(relayed("to-peers") - toPeers).isPositive();
        assertThat(relayed("to-clients") - toClients).isPositive();
    }

    /** The name on the wire does not tell whose call it is, the log does. */
    @ParameterizedTest
    @MethodSource("aiortcCalls")
    void soundAndDataPassBetweenTwoUsersOfAiortc(String options) {
        try (Child aiortc = Aiortc.call(deployment, List.of(options.split(" ")))) {
            assertThat(aiortc.awaitExit())
                    .as(() -> aiortc.output() + "\n" + deployment.thingle().child().output())
                    .isZero();
            assertThat(aiortc.output())
                    .containsPattern("\"caller\": \\{.*\"local\": \"relay\", \"remote\": \"relay\".*\"callee\"")
                    .containsPattern("\"callee\": \\{.*\"local\": \"relay\", \"remote\": \"relay\".*\"setup_ms\"")
                    .containsPattern("\"pings\": 50, \"lost\": [0-2],");
        }
        deployment.thingle().child().await("allocation ended .*user=" + Account.ALICE.bareJid() + " ");
        deployment.thingle().child().await("allocation ended .*user=" + Account.BOB.bareJid() + " ");
        assertThat(relayed("to-peers") - toPeers).isPositive();
        assertThat(relayed("to-clients") - toClients).isPositive();
    }

    /** That end of the call was asked for this way, had sound and picture, and used relays on both sides. */
    private static String party(String name, String asked) {
        String[] words = asked.split(",");
        String scheme = words[2].equals("tls") ? "turns" : "turn";
        String host = words.length < 4 ? ".*" : words[3].equals("6") ? "\\[::1\\]" : "127\\.0\\.0\\.1";
        return "\"%s\":\\{\"asked\":\"%s\",\"uri\":\"%s:%s:\\d+\\?transport=.*\",\"frames\":\\d+,\"audioPackets\":\\d+,"
                        .formatted(name, words[1], scheme, host)
                + "\"local\":\"relay\",\"remote\":\"relay\",\"relayProtocol\":\"" + words[2] + "\"}";
    }

    private long relayed(String direction) {
        return deployment.thingle().metric("thingle_turn_bytes_total", direction);
    }
}
