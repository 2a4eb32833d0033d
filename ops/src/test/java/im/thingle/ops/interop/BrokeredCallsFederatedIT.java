// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import im.thingle.ops.peer.Chromium.Login;
import im.thingle.ops.peer.Federation;
import im.thingle.ops.peer.NeedsPeer;
import im.thingle.ops.peer.Peer;
import im.thingle.ops.peer.ThingleProcess;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;

/** Calls between contacts behind the gateway of Prosody, of which one is a user of Prosody and one of ejabberd. */
@NeedsPeer({Peer.PROSODY, Peer.EJABBERD, Peer.CHROMIUM})
class BrokeredCallsFederatedIT extends BrokeredCalls {
    private Federation federation;
    private ThingleProcess thingle;

    @BeforeAll
    void start() {
        Assumptions.assumeTrue(Federation.isPossible(), "an XMPP server of this machine has the port for servers");
        federation = new Federation();
        thingle = federation.start(SETTINGS);
    }

    @AfterAll
    void stop() {
        if (thingle != null) {
            thingle.close();
        }
        if (federation != null) {
            federation.close();
        }
    }

    @Override
    ThingleProcess thingle() {
        return thingle;
    }

    @Override
    Login caller() {
        return new Login(federation.prosody(), Federation.ALICE);
    }

    @Override
    Login callee() {
        return new Login(federation.ejabberd(), Federation.BOB);
    }

    @Override
    String component() {
        return Federation.COMPONENT;
    }

    @Override
    List<String> calls() {
        return List.of("data//caller", "/unbundled/caller", "//declined", "//file");
    }
}
