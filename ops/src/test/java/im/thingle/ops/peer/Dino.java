// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A Dino as users have it, on a desktop of its own, where a script presses its buttons. Its server must be an
 * {@link OnionServer}. Confined to the test's thread.
 */
public final class Dino implements AutoCloseable {
    private static final Path SCRIPT =
            Path.of(System.getProperty("basedir", "."), "interop", "desktop", "dino.py");

    private final Folder folder = Folder.make("dino");
    private final Child child;

    private Dino(String role, XmppServer server, Account account, String contact, List<String> options) {
        List<String> command = new ArrayList<>(List.of(
                Peer.PYTHON.toString(), SCRIPT.toString(), role,
                "--port", Integer.toString(server.clientPort()),
                "--jid", account.bareJid(),
                "--password", account.password(),
                "--contact", contact,
                "--record", folder.path("stanzas").toString()));
        command.addAll(options);
        child = Child.start("dino " + role, command, Map.of());
    }

    /**
     * Looks which buttons the contact has.
     *
     * @param contact bare JID, which is subscribed to, and may subscribe
     */
    public static Dino look(XmppServer server, Account account, String contact) {
        return new Dino("look", server, account, contact, List.of());
    }

    /** Sends a file to the contact as soon as there is a button for it. */
    public static Dino sender(XmppServer server, Account account, String contact, Payload payload) {
        return new Dino("send", server, account, contact,
                List.of("--size", Long.toString(payload.size()), "--seed", Integer.toString(payload.seed())));
    }

    /** Waits for a file; Dino takes it without asking when it has less than 5 MB and comes from a contact. */
    public static Dino receiver(XmppServer server, Account account, String contact) {
        return new Dino("receive", server, account, contact, List.of());
    }

    /** Calls the contact as soon as there is a button for it, with a tone for a voice. */
    public static Dino calling(XmppServer server, Account account, String contact) {
        return new Dino("call", server, account, contact, List.of());
    }

    /** Takes the first call, with a tone for a voice. */
    public static Dino answering(XmppServer server, Account account, String contact) {
        return new Dino("answer", server, account, contact, List.of());
    }

    /** What the script printed. */
    public Child child() {
        return child;
    }

    /** All stanzas that Dino has sent and got. */
    public String stanzas() throws IOException {
        return Files.readString(folder.path("stanzas"), StandardCharsets.UTF_8);
    }

    /** Lets the script put away the desktop. */
    @Override
    public void close() {
        child.terminate();
        try (child) {
            child.awaitExit();
        }
        folder.delete();
    }
}
