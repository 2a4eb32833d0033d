// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.peer.Account;
import im.thingle.ops.peer.Deployment;
import im.thingle.ops.peer.Elements;
import im.thingle.ops.peer.NeedsPeer;
import im.thingle.ops.peer.Peer;
import im.thingle.ops.peer.RawXmpp;
import im.thingle.ops.peer.XmppServer;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.w3c.dom.Element;

/** How clients look for a proxy: the questions they ask, and what they do with the answers. */
@NeedsPeer(Peer.PROSODY)
@Timeout(60)
class DiscoveryPersonasIT {
    private static final String BYTESTREAMS = "http://jabber.org/protocol/bytestreams";
    private static Deployment deployment;
    private static RawXmpp client;

    @BeforeAll
    static void start() throws Exception {
        deployment = Deployment.onProsody("");
        client = RawXmpp.login(deployment.server(), Account.ALICE, "raw");
    }

    @AfterAll
    static void stop() throws IOException {
        client.close();
        deployment.close();
    }

    @Test
    void theServerListsTheProxyWhereEveryClientLooks() throws IOException {
        Element items = client.ask("get", "localhost", "<query xmlns='http://jabber.org/protocol/disco#items'/>");

        assertThat(Elements.all(items, "item")).extracting(item -> item.getAttribute("jid")).contains(XmppServer.PROXY);
    }

    /** Conversations and Dino go by the feature, Smack and slixmpp by the identity, Psi by both and the name. */
    @Test
    void theProxyShowsIdentityFeatureAndName() throws IOException {
        Element info = client.ask("get", XmppServer.PROXY, "<query xmlns='http://jabber.org/protocol/disco#info'/>");

        assertThat(Elements.all(info, "identity"))
                .extracting(identity -> identity.getAttribute("category") + "/" + identity.getAttribute("type"))
                .contains("proxy/bytestreams");
        assertThat(Elements.all(info, "feature")).extracting(f -> f.getAttribute("var")).contains(BYTESTREAMS);
        assertThat(info.getAttribute("from")).startsWith("proxy.");
    }

    /** Conversations, Dino, slixmpp and libpurple all leave the sid out. */
    @Test
    void anAddressIsToldWithoutASid() throws IOException {
        Element answer = client.ask("get", XmppServer.PROXY, "<query xmlns='" + BYTESTREAMS + "'/>");

        assertUsable(answer);
    }

    @Test
    void anAddressIsToldWithASid() throws IOException {
        Element answer = client.ask("get", XmppServer.PROXY, "<query xmlns='" + BYTESTREAMS + "' sid='s1'/>");

        assertUsable(answer);
    }

    /**
     * slixmpp knows the proxy by the answer's from, Conversations by the item, the others by the streamhost's JID.
     */
    private static void assertUsable(Element answer) {
        Element streamhost = Elements.first(answer, "streamhost");

        assertThat(answer.getAttribute("type")).isEqualTo("result");
        assertThat(answer.getAttribute("from")).isEqualTo(XmppServer.PROXY);
        assertThat(streamhost.getAttribute("jid")).isEqualTo(XmppServer.PROXY);
        assertThat(streamhost.getAttribute("host")).isEqualTo("127.0.0.1");
        assertThat(streamhost.getAttribute("port"))
                .isEqualTo(Integer.toString(deployment.thingle().proxy().getPort()));
    }
}
