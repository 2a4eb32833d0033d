// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.peer.Account;
import im.thingle.ops.peer.Await;
import im.thingle.ops.peer.Child;
import im.thingle.ops.peer.Deployment;
import im.thingle.ops.peer.Elements;
import im.thingle.ops.peer.Folder;
import im.thingle.ops.peer.NeedsPeer;
import im.thingle.ops.peer.Payload;
import im.thingle.ops.peer.Peer;
import im.thingle.ops.peer.RawXmpp;
import im.thingle.ops.peer.ServerPage;
import im.thingle.ops.peer.Slixmpp;
import im.thingle.ops.peer.ThingleProcess;
import im.thingle.ops.peer.XmppServer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.w3c.dom.Element;

/** What ops/docs/servers tells operators to write works as it stands there, and goes on working (XEP-0355). */
@NeedsPeer({Peer.PROSODY, Peer.PROSODY_MODULES, Peer.EJABBERD, Peer.SLIXMPP})
@Timeout(60)
class ServerPagesIT {
    private static final String SERVICES = "<services xmlns='urn:xmpp:extdisco:2'/>";
    private static final String DISCO_INFO = "http://jabber.org/protocol/disco#info";

    @ParameterizedTest
    @EnumSource
    void theServersDomainTellsServicesAndTheProxyCarriesAFile(ServerPage page) throws Exception {
        try (Deployment deployment = Deployment.documented(page, "")) {
            awaitDelegation(deployment.server(), deployment.thingle());
            try (RawXmpp alice = RawXmpp.login(deployment.server(), Account.ALICE, "raw")) {
                for (String namespace : new String[] {"urn:xmpp:extdisco:2", "urn:xmpp:extdisco:1"}) {
                    Element answer = alice.ask("get", "localhost", "<services xmlns='" + namespace + "'/>");

                    assertThat(answer.getAttribute("from")).isEqualTo("localhost");
                    assertThat(Elements.first(answer, "services").getNamespaceURI()).isEqualTo(namespace);
                    assertThat(Elements.all(answer, "service"))
                            .extracting(service -> service.getAttribute("type"))
                            .contains("stun", "turn", "turns");
                }
            }
            assertTellsNothingToOthers(deployment);
            assertCarriesAFile(deployment);
        }
    }

    @ParameterizedTest
    @EnumSource
    void eitherSideMayRestart(ServerPage page) throws Exception {
        try (XmppServer server = page.server()) {
            server.start();
            try (ThingleProcess first = ThingleProcess.startDocumented(page, server, "")) {
                awaitDelegation(server, first);
            }
            try (RawXmpp alice = RawXmpp.login(server, Account.ALICE, "raw")) {
                Await.until(() -> "the server knows that Thingle is gone", () -> {
                    Element answer = alice.ask("get", "localhost", SERVICES);
                    return Elements.condition(answer).equals("service-unavailable");
                });
            }
            try (ThingleProcess second = ThingleProcess.startDocumented(page, server, "")) {
                awaitDelegation(server, second);

                server.kill();
                server.start();

                awaitDelegation(server, second);
            }
        }
    }

    @Test
    void openfiresPageHasAConfigurationForThingle() {
        Folder folder = Folder.make("openfire");
        Path file = folder.write("thingle.conf", ServerPage.ofThingle("openfire.md"));
        try (Child check = ThingleProcess.thingle("check-config", file.toString())) {
            assertThat(check.awaitExit()).as(check::output).isZero();
            assertThat(check.output()).doesNotContain("warning: thingle.xmpp", "warning: thingle.turn");
        }
        folder.delete();
    }

    /** The features that clients look at before they ask, and the answer. */
    private static void awaitDelegation(XmppServer server, ThingleProcess thingle) throws Exception {
        thingle.child().await("delegated to us .*server=localhost namespaces=.*urn:xmpp:extdisco:2");
        try (RawXmpp alice = RawXmpp.login(server, Account.ALICE, "raw")) {
            Await.until(
                    () -> "the server's domain answers; thingle said:\n"
                            + thingle.child().output(),
                    () -> isDelegated(alice));
        }
    }

    private static boolean isDelegated(RawXmpp client) throws Exception {
        Element info = client.ask("get", "localhost", "<query xmlns='" + DISCO_INFO + "'/>");
        Element answer = client.ask("get", "localhost", SERVICES);
        return Elements.all(info, "feature").stream()
                        .anyMatch(feature -> feature.getAttribute("var").equals("urn:xmpp:extdisco:2"))
                && !Elements.all(answer, "service").isEmpty();
    }

    /** A refusal passes through the server unchanged. */
    private static void assertTellsNothingToOthers(Deployment deployment) throws Exception {
        try (RawXmpp stranger = RawXmpp.login(deployment.server(), Account.STRANGER, "raw")) {
            Element answer = stranger.ask("get", "localhost", SERVICES);

            assertThat(answer.getAttribute("from")).isEqualTo("localhost");
            assertThat(Elements.condition(answer)).isEqualTo("forbidden");
        }
    }

    private static void assertCarriesAFile(Deployment deployment) {
        Payload payload = new Payload(1_000_003, 1);
        try (Child receiver = Slixmpp.receiver(deployment.server(), Account.BOB);
                Child sender = Slixmpp.sender(
                        deployment.server(), Account.ALICE, receiver.await("^ready (.*)$").group(1), payload)) {
            sender.await("^sent ");
            assertThat(receiver.await("^received (.*)$").group(1)).isEqualTo("1000003 " + payload.sha256Hex());
        }
        assertThat(deployment.thingle().bytesRelayed()).isEqualTo(1_000_003);
    }
}
