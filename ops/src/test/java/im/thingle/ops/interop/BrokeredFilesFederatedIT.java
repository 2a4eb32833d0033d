// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import im.thingle.ops.peer.Account;
import im.thingle.ops.peer.Federation;
import im.thingle.ops.peer.NeedsPeer;
import im.thingle.ops.peer.Peer;
import im.thingle.ops.peer.ThingleProcess;
import im.thingle.ops.peer.XmppServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;

/** Files between contacts behind the gateway of Prosody, of which one is a user of Prosody and one of ejabberd. */
@NeedsPeer({Peer.PROSODY, Peer.EJABBERD, Peer.SLIXMPP})
class BrokeredFilesFederatedIT extends BrokeredFiles {
    private static Federation federation;
    private static ThingleProcess thingle;

    @BeforeAll
    static void start() {
        Assumptions.assumeTrue(Federation.isPossible(), "an XMPP server of this machine has the port for servers");
        federation = new Federation();
        thingle = federation.start("thingle.gateway.enabled = on\n");
    }

    @AfterAll
    static void stop() {
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
    XmppServer server() {
        return federation.prosody();
    }

    @Override
    XmppServer otherServer() {
        return federation.ejabberd();
    }

    @Override
    Account account() {
        return Federation.ALICE;
    }

    @Override
    Account otherAccount() {
        return Federation.BOB;
    }

    @Override
    String component() {
        return Federation.COMPONENT;
    }
}
