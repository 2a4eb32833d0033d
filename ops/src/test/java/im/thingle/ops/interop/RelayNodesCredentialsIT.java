// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.peer.Account;
import im.thingle.ops.peer.Child;
import im.thingle.ops.peer.Deployment;
import im.thingle.ops.peer.Elements;
import im.thingle.ops.peer.NeedsPeer;
import im.thingle.ops.peer.Peer;
import im.thingle.ops.peer.RawXmpp;
import im.thingle.ops.peer.ServerPage;
import im.thingle.ops.peer.Turnutils;
import im.thingle.ops.peer.XmppServer;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.w3c.dom.Element;

/** The TURN credentials of Jingle Relay Nodes (XEP-0278 §5.3) open the server that they name. */
@NeedsPeer({Peer.PROSODY, Peer.PROSODY_MODULES, Peer.COTURN})
@Timeout(120)
class RelayNodesCredentialsIT {
    private static final String ASK =
            "<turn xmlns='http://jabber.org/protocol/jinglenodes#turncredentials' protocol='udp'/>";
    private static final Pattern URI = Pattern.compile("turn:(127\\.0\\.0\\.1):([0-9]+)\\?transport=udp");

    @Test
    void openTheServerThatTheyName() throws Exception {
        String hosts = "thingle.external-services.hosts = [\"127.0.0.1\"]";
        try (Deployment deployment = Deployment.documented(ServerPage.PROSODY, hosts);
                RawXmpp alice = RawXmpp.login(deployment.server(), Account.ALICE, "raw")) {
            Element turn = Elements.first(alice.ask("get", XmppServer.PROXY, ASK), "turn");

            var uri = URI.matcher(turn.getAttribute("uri"));
            assertThat(uri.matches()).as(turn.getAttribute("uri")).isTrue();
            assertThat(Duration.ofSeconds(Long.parseLong(turn.getAttribute("ttl"))))
                    .isBetween(Duration.ofHours(12), Duration.ofDays(1));
            List<String> options = List.of("-p", uri.group(2), "-y", "-s", "-n", "5",
                    "-u", turn.getAttribute("username"), "-w", turn.getAttribute("password"));
            try (Child client = Turnutils.client(uri.group(1), options)) {
                assertThat(client.awaitExit()).as(client::output).isZero();
                assertThat(client.output()).contains("Total lost packets 0 ");
            }
        }
    }
}
