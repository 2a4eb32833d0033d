// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import im.thingle.ops.peer.NeedsPeer;
import im.thingle.ops.peer.Peer;
import im.thingle.ops.peer.ServerPage;
import java.util.List;

/** Calls of ejabberd's users. */
@NeedsPeer({Peer.EJABBERD, Peer.CHROMIUM, Peer.AIORTC, Peer.SLIXMPP})
class EjabberdCallsIT extends XmppCalls {
    EjabberdCallsIT() {
        super(ServerPage.EJABBERD);
    }

    @Override
    List<String> browserCalls() {
        return List.of(
                "bosh,localhost,udp/websocket,localhost,tcp",
                "websocket,proxy.localhost,tls,4/bosh,localhost,udp,6");
    }

    @Override
    List<String> aiortcCalls() {
        return List.of("--via tcp udp");
    }
}
