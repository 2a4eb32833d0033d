// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import im.thingle.ops.peer.Account;
import im.thingle.ops.peer.Chromium.Login;
import im.thingle.ops.peer.Deployment;
import im.thingle.ops.peer.NeedsPeer;
import im.thingle.ops.peer.Peer;
import im.thingle.ops.peer.ProsodyServer;
import im.thingle.ops.peer.ThingleProcess;
import im.thingle.ops.peer.XmppServer;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Calls between contacts behind the gateway, on Prosody. */
@NeedsPeer({Peer.PROSODY, Peer.CHROMIUM})
class BrokeredCallsIT extends BrokeredCalls {
    private Deployment deployment;

    @BeforeAll
    void start() {
        deployment = Deployment.start(new ProsodyServer(XmppServer.Proxy.COMPONENT, "", "websocket"), SETTINGS);
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
        return List.of(
                "//caller", "data//callee", "//declined", "data//restart", "ipv4/ipv6/caller", "ipv6/ipv4/callee",
                "unbundled/unbundled/caller", "data/unbundled/callee", "unbundled//caller",
                "//file", "wrapped/wrapped/file");
    }
}
