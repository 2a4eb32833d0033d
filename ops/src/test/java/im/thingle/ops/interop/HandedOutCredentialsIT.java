// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.peer.Account;
import im.thingle.ops.peer.Child;
import im.thingle.ops.peer.EjabberdServer;
import im.thingle.ops.peer.Elements;
import im.thingle.ops.peer.NeedsPeer;
import im.thingle.ops.peer.Peer;
import im.thingle.ops.peer.ProsodyServer;
import im.thingle.ops.peer.RawXmpp;
import im.thingle.ops.peer.TurnThingle;
import im.thingle.ops.peer.Turnutils;
import im.thingle.ops.peer.XmppServer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

/** A user asks the XMPP server for TURN (XEP-0215), and what it hands out works unchanged. */
@NeedsPeer(Peer.COTURN)
class HandedOutCredentialsIT {
    private TurnThingle thingle;

    @BeforeEach
    void start() {
        thingle = TurnThingle.start("");
    }

    @AfterEach
    void stop() {
        thingle.close();
    }

    @Test
    @NeedsPeer(Peer.PROSODY)
    void prosodysModTurnExternal() throws Exception {
        check(new ProsodyServer(XmppServer.Proxy.COMPONENT, """
                turn_external_host = "127.0.0.1"
                turn_external_port = %d
                turn_external_secret = "%s"
                """.formatted(thingle.plainPort(), TurnThingle.SECRET), "turn_external"));
    }

    @Test
    @NeedsPeer(Peer.EJABBERD)
    void ejabberdsModStunDisco() throws Exception {
        check(new EjabberdServer(XmppServer.Proxy.COMPONENT, """
                  mod_stun_disco:
                    secret: "%s"
                    access: all
                    offer_local_services: false
                    services:
                      - {host: "127.0.0.1", port: %d, type: turn, transport: udp, restricted: true}
                """.formatted(TurnThingle.SECRET, thingle.plainPort())));
    }

    private void check(XmppServer server) throws Exception {
        try (server) {
            server.start();
            try (RawXmpp alice = RawXmpp.login(server, Account.ALICE, "raw")) {
                Element service = turn(alice.ask("get", "localhost", "<services xmlns='urn:xmpp:extdisco:2'/>"));
                List<String> options = List.of("-p", service.getAttribute("port"), "-y", "-s", "-n", "5",
                        "-u", service.getAttribute("username"), "-w", service.getAttribute("password"));
                try (Child client = Turnutils.client(service.getAttribute("host"), options)) {
                    assertThat(client.awaitExit()).as(client::output).isZero();
                    assertThat(client.output()).contains("Total lost packets 0 ");
                }
            }
        }
    }

    private static Element turn(Element answer) {
        var services = answer.getElementsByTagNameNS("*", "service");
        for (var index = 0; index < services.getLength(); index++) {
            if (services.item(index) instanceof Element service && service.getAttribute("type").equals("turn")) {
                return service;
            }
        }
        throw new AssertionError("no TURN service in " + Elements.text(answer));
    }
}
