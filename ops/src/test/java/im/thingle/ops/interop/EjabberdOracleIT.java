// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import im.thingle.ops.peer.NeedsPeer;
import im.thingle.ops.peer.Peer;
import im.thingle.ops.peer.EjabberdServer;
import im.thingle.ops.peer.XmppServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The same files through ejabberd's own proxy: proof that the clients and these tests are sound without Thingle. */
@NeedsPeer({Peer.EJABBERD, Peer.SLIXMPP})
class EjabberdOracleIT extends FileTransfers {
    private static XmppServer server;

    @BeforeAll
    static void start() {
        server = new EjabberdServer(XmppServer.Proxy.OWN);
        server.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    XmppServer server() {
        return server;
    }

    @Override
    void assertCarried(long bytes) {
        // It keeps no count.
    }
}
