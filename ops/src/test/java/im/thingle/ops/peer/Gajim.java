// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A Gajim as users have it, on a desktop of its own, where a script presses its buttons. Confined to the test's thread.
 */
public final class Gajim implements AutoCloseable {
    private static final Path SCRIPT =
            Path.of(System.getProperty("basedir", "."), "interop", "desktop", "gajim.py");

    private final Child child;

    private Gajim(String role, XmppServer server, Account account, String contact, List<String> options) {
        List<String> command = new ArrayList<>(List.of(
                Peer.PYTHON.toString(), SCRIPT.toString(), role,
                "--port", Integer.toString(server.clientPort()),
                "--jid", account.bareJid(),
                "--password", account.password(),
                "--contact", contact,
                "--files-port", Integer.toString(Loopback.freePort())));
        command.addAll(options);
        child = Child.start("gajim " + role, command, Map.of());
    }

    /**
     * Looks which buttons the contact has.
     *
     * @param contact bare JID, which is subscribed to, and may subscribe
     */
    public static Gajim look(XmppServer server, Account account, String contact) {
        return new Gajim("look", server, account, contact, List.of());
    }

    /** Sends a file to the contact as soon as there is a button for it. */
    public static Gajim sender(XmppServer server, Account account, String contact, Payload payload) {
        return new Gajim("send", server, account, contact,
                List.of("--size", Long.toString(payload.size()), "--seed", Integer.toString(payload.seed())));
    }

    /** Waits for the contact's chat; returns the buttons that can be pressed. */
    public List<String> buttons() {
        return List.of(child.await("^contact \\S+ (.*)$").group(1).split(" "));
    }

    /** What it printed, with all stanzas that came to it. */
    public Child child() {
        return child;
    }

    /** Lets the script put away the desktop. */
    @Override
    public void close() {
        child.terminate();
        try (child) {
            child.awaitExit();
        }
        if (child.said("^failed")) {
            System.out.println("gajim said:\n" + child.output());
        }
    }
}
