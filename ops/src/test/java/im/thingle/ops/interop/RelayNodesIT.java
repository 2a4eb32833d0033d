// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.peer.Account;
import im.thingle.ops.peer.Await;
import im.thingle.ops.peer.Deployment;
import im.thingle.ops.peer.Elements;
import im.thingle.ops.peer.NeedsPeer;
import im.thingle.ops.peer.Peer;
import im.thingle.ops.peer.RawXmpp;
import im.thingle.ops.peer.UdpParty;
import im.thingle.ops.peer.XmppServer;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.w3c.dom.Element;

/** Channels of Jingle Relay Nodes (XEP-0278) as a user behind a real server gets them, on a relay without TURN. */
@NeedsPeer(Peer.PROSODY)
@Timeout(60)
class RelayNodesIT {
    private static final String NODES = "http://jabber.org/protocol/jinglenodes";
    private static final String ASK = "<channel xmlns='" + NODES + "#channel' protocol='udp'/>";
    private static Deployment deployment;
    private static RawXmpp alice;

    @BeforeAll
    static void start() throws Exception {
        deployment = Deployment.onProsody("""
                thingle.turn.allow-peers = ["127.0.0.1"]
                thingle.relay-nodes { idle-timeout = 5s, channels-per-jid = 3, kbps-per-channel = 64 }
                """);
        alice = RawXmpp.login(deployment.server(), Account.ALICE, "raw");
    }

    @AfterAll
    static void stop() throws IOException {
        alice.close();
        deployment.close();
    }

    /** One channel's ports. */
    private record Channel(Element answer, int local, int remote) {}

    private static Channel open() throws IOException {
        Element channel = Elements.first(alice.ask("get", XmppServer.PROXY, ASK), "channel");
        return new Channel(channel, Integer.parseInt(channel.getAttribute("localport")),
                Integer.parseInt(channel.getAttribute("remoteport")));
    }

    @Test
    void isFoundByDiscoveryAndListsItself() throws Exception {
        Element info = alice.ask("get", XmppServer.PROXY, "<query xmlns='http://jabber.org/protocol/disco#info'/>");
        Element services = alice.ask("get", XmppServer.PROXY, "<services xmlns='" + NODES + "'/>");

        assertThat(Elements.all(info, "feature")).extracting(feature -> feature.getAttribute("var"))
                .contains(NODES, NODES + "#channel");
        Element relay = Elements.first(services, "relay");
        assertThat(relay.getAttribute("address")).isEqualTo(XmppServer.PROXY);
        assertThat(relay.getAttribute("policy")).isEqualTo("public");
        assertThat(relay.getAttribute("protocol")).isEqualTo("udp");
    }

    @Test
    void carriesMediaAndItsRtcpBothWaysUntilBothAreSilent() throws Exception {
        Channel channel = open();
        assertThat(channel.answer().getAttribute("host")).isEqualTo("127.0.0.1");
        assertThat(channel.answer().getAttribute("maxkbps")).isEqualTo("64");
        assertThat(channel.answer().getAttribute("expire")).isEqualTo("5");

        try (UdpParty caller = new UdpParty();
                UdpParty callee = new UdpParty();
                UdpParty callerRtcp = new UdpParty();
                UdpParty calleeRtcp = new UdpParty();
                UdpParty stranger = new UdpParty()) {
            converse(caller, channel.local(), callee, channel.remote());
            converse(callerRtcp, channel.local() + 1, calleeRtcp, channel.remote() + 1);

            stranger.send(channel.local(), "let me in");
            stranger.send(channel.remote(), "let me in");
            caller.send(channel.local(), "still we two");
            callee.send(channel.remote(), "still we two");

            assertThat(callee.receive(channel.remote())).isEqualTo("still we two");
            assertThat(caller.receive(channel.local())).isEqualTo("still we two");
            assertThat(stranger.isSilent()).isTrue();
        }
        deployment.thingle().child().await("channel ended id=h" + channel.answer().getAttribute("id")
                + " requester=alice@localhost/raw .*reason=idle");
        Await.until(() -> "the counters know", () ->
                deployment.thingle().metric("thingle_channels_ended_total", "idle") >= 1
                        && deployment.thingle().metric("thingle_channels_packets_total") >= 6
                        && deployment.thingle().metric("thingle_channels_packets_dropped_total") >= 2);
    }

    @Test
    void tellsWhyThereIsNoChannel() throws Exception {
        String tcp = "<channel xmlns='" + NODES + "#channel' protocol='tcp'/>";
        assertThat(Elements.condition(alice.ask("get", XmppServer.PROXY, tcp))).isEqualTo("feature-not-implemented");

        try (RawXmpp stranger = RawXmpp.login(deployment.server(), Account.STRANGER, "raw")) {
            assertThat(Elements.condition(stranger.ask("get", XmppServer.PROXY, ASK))).isEqualTo("forbidden");
        }
        try (RawXmpp bob = RawXmpp.login(deployment.server(), Account.BOB, "raw")) {
            for (int i = 0; i < 3; i++) {
                assertThat(Elements.all(bob.ask("get", XmppServer.PROXY, ASK), "channel")).hasSize(1);
            }
            assertThat(Elements.condition(bob.ask("get", XmppServer.PROXY, ASK))).isEqualTo("resource-constraint");
        }
        deployment.thingle().child().await("channel refused requester=bob@localhost/raw reason=channels-per-jid");
    }

    /** Each sends, as real ones do, until the other is heard: what comes before both are known is dropped. */
    private static void converse(UdpParty caller, int local, UdpParty callee, int remote) throws Exception {
        Await.until(() -> "each hears the other", () -> {
            caller.send(local, "ring");
            callee.send(remote, "hello");
            boolean one = caller.hears("hello", local);
            return callee.hears("ring", remote) && one;
        });
    }
}
