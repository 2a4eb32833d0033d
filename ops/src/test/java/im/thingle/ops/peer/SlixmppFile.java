// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A slixmpp client in a process of its own, for one file or call over Jingle. Confined to the test's thread. */
public final class SlixmppFile implements AutoCloseable {
    private static final Path SCRIPTS = Path.of(System.getProperty("basedir", "."), "interop");

    private final Folder folder = Folder.make("slixmpp");
    private final Child child;

    private SlixmppFile(String role, XmppServer server, Account account, String source, String contact,
            List<String> options) {
        this(Host.THIS, "jingle-file.py", role, server, account, source, contact, options);
    }

    private SlixmppFile(Host host, String script, String role, XmppServer server, Account account, String source,
            String contact, List<String> options) {
        List<String> command = new ArrayList<>(List.of(
                Peer.PYTHON.toString(), SCRIPTS.resolve(script).toString(), role,
                "--server", server.address(),
                "--port", Integer.toString(server.clientPort()),
                "--jid", account.bareJid() + "/slixmpp",
                "--password", account.password(),
                "--contact", contact,
                "--source", source,
                "--record", folder.path("heard.xml").toString()));
        command.addAll(options);
        child = host.start("slixmpp " + role, command);
    }

    /**
     * Waits for an offer and takes it.
     *
     * @param contact bare JID, which is subscribed to both ways
     * @param source an address of this machine, from which it connects and which it offers to others
     */
    public static SlixmppFile receiver(
            XmppServer server, Account account, String source, String contact, List<String> options) {
        return new SlixmppFile("receive", server, account, source, contact, options);
    }

    /** Offers a file to the contact as soon as it is there. */
    public static SlixmppFile sender(XmppServer server, Account account, String source, String contact, Payload payload,
            List<String> options) {
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of("--size", Long.toString(payload.size()), "--seed", Integer.toString(payload.seed())));
        return new SlixmppFile("send", server, account, source, contact, all);
    }

    /**
     * Offers, or takes what is offered, on another machine.
     *
     * @param script one of those that know the options of {@code jingle-file.py}
     * @param role {@code send} or {@code receive}
     */
    public static SlixmppFile at(Host host, String script, String role, XmppServer server, Account account,
            String source, String contact, List<String> options) {
        return new SlixmppFile(host, script, role, server, account, source, contact, options);
    }

    /** What an {@link JingleFile.Over} is called there. */
    public static List<String> over(JingleFile.Over over) {
        return switch (over) {
            case SOCKS5 -> List.of();
            case IN_BAND -> List.of("--offer", "in-band", "--over", "in-band");
            case FALLBACK -> List.of("--over", "in-band");
        };
    }

    public Child child() {
        return child;
    }

    /** All that the XMPP server sent to it. */
    public String heard() throws IOException {
        return Files.readString(folder.path("heard.xml"), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        child.close();
        if (child.said("^failed|Traceback")) {
            System.out.println("slixmpp said:\n" + child.output());
        }
        folder.delete();
    }
}
