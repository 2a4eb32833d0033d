// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import im.thingle.ops.peer.Deployment;
import im.thingle.ops.peer.EjabberdServer;
import im.thingle.ops.peer.NeedsPeer;
import im.thingle.ops.peer.Peer;
import im.thingle.ops.peer.ThingleProcess;
import im.thingle.ops.peer.XmppServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Files between contacts behind the gateway, on ejabberd. */
@NeedsPeer({Peer.EJABBERD, Peer.SLIXMPP})
class BrokeredFilesOnEjabberdIT extends BrokeredFiles {
    private static Deployment deployment;

    @BeforeAll
    static void start() {
        deployment = Deployment.start(
                new EjabberdServer(XmppServer.Proxy.COMPONENT), "thingle.gateway.enabled = on\n");
    }

    @AfterAll
    static void stop() {
        deployment.close();
    }

    @Override
    ThingleProcess thingle() {
        return deployment.thingle();
    }

    @Override
    XmppServer server() {
        return deployment.server();
    }
}
