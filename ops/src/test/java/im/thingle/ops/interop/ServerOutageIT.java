// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.peer.Await;
import im.thingle.ops.peer.Deployment;
import im.thingle.ops.peer.Duo;
import im.thingle.ops.peer.EjabberdServer;
import im.thingle.ops.peer.NeedsPeer;
import im.thingle.ops.peer.Peer;
import im.thingle.ops.peer.Socks5Client;
import im.thingle.ops.peer.XmppServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The XMPP server dies without a word and comes back. Conversations may by then have waited for minutes on a socket
 * that is to be activated only afterwards.
 */
@Timeout(60)
class ServerOutageIT {
    @Test
    @NeedsPeer(Peer.PROSODY)
    void prosodyMayDie() throws Exception {
        try (Deployment deployment = Deployment.onProsody("")) {
            survivesAnOutage(deployment);
        }
    }

    @Test
    @NeedsPeer(Peer.EJABBERD)
    void ejabberdMayDie() throws Exception {
        try (Deployment deployment = Deployment.start(new EjabberdServer(XmppServer.Proxy.COMPONENT), "")) {
            survivesAnOutage(deployment);
        }
    }

    private static void survivesAnOutage(Deployment deployment) throws Exception {
        try (Duo before = Duo.login(deployment);
                Duo.Stream running = before.open("running");
                Socks5Client waiting = before.park("waiting");
                Socks5Client twin = before.park("waiting")) {
            deployment.server().kill();
            awaitReadiness(deployment, 503);
            assertThat(running.carries("while it is dead", "and back")).isTrue();

            deployment.server().start();
            awaitReadiness(deployment, 200);

            try (Duo after = Duo.login(deployment);
                    Duo.Stream fresh = after.open("fresh")) {
                assertThat(after.activate("waiting").getAttribute("type")).isEqualTo("result");
                assertThat(new Duo.Stream(waiting, twin).carries("parked before", "active after")).isTrue();
                assertThat(fresh.carries("a new one", "works")).isTrue();
                assertThat(running.carries("still", "there")).isTrue();
            }
        }
    }

    private static void awaitReadiness(Deployment deployment, int status) {
        Await.until(
                () -> "/readyz answers " + status + "; thingle said:\n"
                        + deployment.thingle().child().output(),
                () -> deployment.thingle().status("/readyz") == status);
    }
}
