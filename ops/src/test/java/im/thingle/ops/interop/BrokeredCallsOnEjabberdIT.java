// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import im.thingle.ops.peer.Account;
import im.thingle.ops.peer.Chromium.Login;
import im.thingle.ops.peer.Deployment;
import im.thingle.ops.peer.EjabberdServer;
import im.thingle.ops.peer.NeedsPeer;
import im.thingle.ops.peer.Peer;
import im.thingle.ops.peer.ThingleProcess;
import im.thingle.ops.peer.XmppServer;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Calls between contacts behind the gateway, on ejabberd. */
@NeedsPeer({Peer.EJABBERD, Peer.CHROMIUM})
class BrokeredCallsOnEjabberdIT extends BrokeredCalls {
    private Deployment deployment;

    @BeforeAll
    void start() {
        deployment = Deployment.start(new EjabberdServer(XmppServer.Proxy.COMPONENT), SETTINGS);
    }

    @AfterAll
    void stop() {
        deployment.close();
    }

    @Override
    ThingleProcess thingle() {
        return deployment.thingle();
    }

    @Override
    Login caller() {
        return new Login(deployment.server(), Account.ALICE);
    }

    @Override
    Login callee() {
        return new Login(deployment.server(), Account.BOB);
    }

    @Override
    String component() {
        return XmppServer.PROXY;
    }

    @Override
    List<String> calls() {
        return List.of("data//caller", "ipv6/ipv4/callee", "wrapped/wrapped/file");
    }
}
