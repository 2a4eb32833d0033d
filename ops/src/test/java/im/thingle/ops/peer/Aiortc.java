// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Calls with aiortc, signalled by slixmpp: a WebRTC stack that shares no code with browsers. Safe from any thread. */
public final class Aiortc {
    private static final Path SCRIPT = Path.of(System.getProperty("basedir", "."), "interop", "aiortc-call.py");

    private Aiortc() {}

    /**
     * Alice calls Bob, over relays only. The child prints one line of JSON.
     *
     * @param options such as {@code --via tls udp}
     */
    public static Child call(Deployment deployment, List<String> options) {
        List<String> command = new ArrayList<>(List.of(
                Peer.PYTHON.toString(), SCRIPT.toString(),
                "--port", Integer.toString(deployment.server().clientPort()),
                "--jid", Account.ALICE.bareJid(), Account.BOB.bareJid(),
                "--password", Account.ALICE.password(), Account.BOB.password(),
                "--trust", deployment.thingle().certificate().toString(),
                "--pings", "50"));
        command.addAll(options);
        return Child.start("aiortc " + String.join(" ", options), command, Map.of());
    }
}
