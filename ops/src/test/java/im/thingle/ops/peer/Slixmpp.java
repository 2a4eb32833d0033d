// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** slixmpp clients in processes of their own, each for one file. Safe from any thread. */
public final class Slixmpp {
    private static final Path SCRIPT =
            Path.of(System.getProperty("basedir", "."), "interop", "bytestream.py");

    private Slixmpp() {}

    /** Prints {@code ready JID} and, after the file, {@code received BYTES SHA256}. */
    public static Child receiver(XmppServer server, Account account) {
        return start("receive", server, account, List.of());
    }

    /** Prints {@code sent BYTES SHA256}. */
    public static Child sender(XmppServer server, Account account, String to, Payload payload) {
        return start("send", server, account, sending(to, payload));
    }

    /** Sends only the first {@code bytes}, prints {@code paused BYTES} and keeps the stream open. */
    public static Child pausingSender(XmppServer server, Account account, String to, Payload payload, long bytes) {
        List<String> options = new ArrayList<>(sending(to, payload));
        options.addAll(List.of("--pause-after", Long.toString(bytes)));
        return start("send", server, account, options);
    }

    private static List<String> sending(String to, Payload payload) {
        return List.of("--to", to, "--size", Long.toString(payload.size()), "--seed", Integer.toString(payload.seed()));
    }

    private static Child start(String role, XmppServer server, Account account, List<String> options) {
        List<String> command = new ArrayList<>(List.of(
                Peer.PYTHON.toString(), SCRIPT.toString(), role,
                "--port", Integer.toString(server.clientPort()),
                "--jid", account.bareJid() + "/slixmpp",
                "--password", account.password()));
        command.addAll(options);
        return Child.start("slixmpp " + role, command, Map.of());
    }
}
