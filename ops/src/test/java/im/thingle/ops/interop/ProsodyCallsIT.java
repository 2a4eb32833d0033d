// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import im.thingle.ops.peer.NeedsPeer;
import im.thingle.ops.peer.Peer;
import im.thingle.ops.peer.ServerPage;
import java.util.List;

/** Calls of Prosody's users. */
@NeedsPeer({Peer.PROSODY, Peer.PROSODY_MODULES, Peer.CHROMIUM, Peer.AIORTC, Peer.SLIXMPP})
class ProsodyCallsIT extends XmppCalls {
    ProsodyCallsIT() {
        super(ServerPage.PROSODY);
    }

    @Override
    List<String> browserCalls() {
        return List.of(
                "bosh,localhost,udp/websocket,localhost,udp",
                "websocket,localhost,tcp/bosh,proxy.localhost,udp",
                "bosh,proxy.localhost,tls/websocket,localhost,tls",
                "websocket,localhost,udp,6/websocket,localhost,udp,4",
                "bosh,localhost,tcp,6/bosh,localhost,tls,4");
    }

    @Override
    List<String> aiortcCalls() {
        return List.of(
                "--via udp udp",
                "--via tls tcp --ask proxy.localhost",
                "--via udp tls --family 6 4");
    }
}
