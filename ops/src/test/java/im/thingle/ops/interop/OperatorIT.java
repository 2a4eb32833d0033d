// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.peer.Child;
import im.thingle.ops.peer.Deployment;
import im.thingle.ops.peer.Duo;
import im.thingle.ops.peer.Elements;
import im.thingle.ops.peer.Folder;
import im.thingle.ops.peer.NeedsPeer;
import im.thingle.ops.peer.Peer;
import im.thingle.ops.peer.ProsodyServer;
import im.thingle.ops.peer.ThingleProcess;
import im.thingle.ops.peer.XmppServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.w3c.dom.Element;

/** What the person who runs it sees. */
@Timeout(60)
class OperatorIT {
    @Test
    @NeedsPeer(Peer.PROSODY)
    void aWrongSecretIsNamed() {
        try (XmppServer server = new ProsodyServer(XmppServer.Proxy.COMPONENT)) {
            server.start();
            try (ThingleProcess thingle =
                    ThingleProcess.unready("127.0.0.1", server, "thingle.xmpp.secret = \"wrong\"")) {
                String line = thingle.child().await(".*link down.*").group();

                assertThat(line)
                        .contains("proxy.localhost", "not-authorized", "advice=")
                        .containsIgnoringCase("secret");
                assertThat(thingle.child().isAlive()).isTrue();
                assertThat(thingle.status("/readyz")).isEqualTo(503);
                assertThat(thingle.status("/healthz")).isEqualTo(200);
            }
        }
    }

    @Test
    @NeedsPeer(Peer.PROSODY)
    void anIpv6AddressServesToo() throws Exception {
        XmppServer server = new ProsodyServer(XmppServer.Proxy.COMPONENT);
        server.start();
        try (Deployment deployment = new Deployment(server, ThingleProcess.startAt("::1", server, ""));
                Duo duo = Duo.login(deployment);
                Duo.Stream stream = duo.open("six")) {
            Element lookup = duo.alice()
                    .ask("get", XmppServer.PROXY, "<query xmlns='http://jabber.org/protocol/bytestreams'/>");

            assertThat(Elements.first(lookup, "streamhost").getAttribute("host")).isEqualTo("::1");
            assertThat(stream.carries("over", "IPv6")).isTrue();
        }
    }

    @Test
    void everyMistakeInTheFileIsReportedAtOnce() {
        Folder folder = Folder.make("mistakes");
        folder.write(
                "thingle.conf",
                """
                thingle {
                  xmpp { jid = "proxy.example.org", secret = "s", prot = 5347 }
                  public-addresses = ["0.0.0.0"]
                  bytestreams.listen = ["127.0.0.1:5000"]
                  bytestreams.limits.streams = "many"
                  admin.listen = "127.0.0.1:5000"
                }
                """);
        try (Child check = ThingleProcess.thingle("check-config", folder.path("thingle.conf").toString())) {
            assertThat(check.awaitExit()).isEqualTo(78);
            assertThat(check.output())
                    .containsPattern("thingle.conf:2.*prot.*port")
                    .containsPattern("thingle.conf:3.*0\\.0\\.0\\.0")
                    .containsPattern("thingle.conf:5.*streams")
                    .containsPattern("thingle.conf:6.*5000");
        }
        folder.delete();
    }
}
