// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.peer.Deployment;
import im.thingle.ops.peer.NeedsPeer;
import im.thingle.ops.peer.Peer;
import im.thingle.ops.peer.EjabberdServer;
import im.thingle.ops.peer.XmppServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** Files through Thingle beside ejabberd. */
@NeedsPeer({Peer.EJABBERD, Peer.SLIXMPP})
class EjabberdIT extends FileTransfers {
    private static Deployment deployment;
    private long before;

    @BeforeAll
    static void start() {
        deployment = Deployment.start(new EjabberdServer(XmppServer.Proxy.COMPONENT), "");
    }

    @AfterAll
    static void stop() {
        deployment.close();
    }

    @BeforeEach
    void count() {
        before = deployment.thingle().bytesRelayed();
    }

    @Override
    XmppServer server() {
        return deployment.server();
    }

    @Override
    void assertCarried(long bytes) {
        assertThat(deployment.thingle().bytesRelayed() - before).isEqualTo(bytes);
    }
}
