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

    private static final Path ECHO = SCRIPT.resolveSibling("aiortc-echo.py");

    private Aiortc() {}

    /**
     * Alice calls an echo account. The child prints one line of JSON.
     *
     * @param to full JID
     * @param options such as {@code --audio}
     */
    public static Child echo(Deployment deployment, String to, List<String> options) {
        List<String> command = new ArrayList<>(List.of(
                Peer.PYTHON.toString(), ECHO.toString(),
                "--port", Integer.toString(deployment.server().clientPort()),
                "--jid", Account.ALICE.bareJid() + "/aiortc",
                "--password", Account.ALICE.password(),
                "--to", to));
        command.addAll(options);
        return Child.start("aiortc echo " + String.join(" ", options), command, Map.of());
    }

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
