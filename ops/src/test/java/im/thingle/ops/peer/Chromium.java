// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A headless Chromium whose calls go through the relay and by no other way. Safe from any thread. */
public final class Chromium {
    static final Path FOLDER = Path.of(System.getProperty("basedir", "."), "interop", "chromium");

    private Chromium() {}

    /** A data channel that carries a mebibyte there and back. The child prints one line of JSON. */
    public static Child dataChannel(String uri, String username, String password) {
        return call("data", uri, username, password);
    }

    /** A call with fake microphone and camera. The child prints one line of JSON. */
    public static Child call(String uri, String username, String password) {
        return call("media", uri, username, password);
    }

    /**
     * Alice and Bob, each in a page of their own, log in, ask for services and call each other. The child prints one
     * line of JSON for each call.
     *
     * @param calls as {@code xmpp-call.mjs} reads them
     */
    public static Child xmppCalls(XmppServer server, List<String> calls) {
        List<String> command = new ArrayList<>(List.of(
                "node", FOLDER.resolve("xmpp-call.mjs").toString(), server.boshUrl(), server.webSocketUrl(),
                Account.ALICE.bareJid(), Account.ALICE.password(), Account.BOB.bareJid(), Account.BOB.password()));
        command.addAll(calls);
        return Child.start("chromium over XMPP", command, Map.of());
    }

    /**
     * Two users, each in a page of their own and with the other as a contact at the gateway's component, call each
     * other by Jingle. The child prints one line of JSON for each call.
     *
     * @param calls as {@code jingle-call.mjs} reads them
     */
    public static Child jingleCalls(String component, Login caller, Login callee, List<String> calls) {
        List<String> command = new ArrayList<>(
                List.of("node", FOLDER.resolve("jingle-call.mjs").toString(), component));
        for (Login login : List.of(caller, callee)) {
            command.addAll(List.of(login.server().webSocketUrl(), login.account().bareJid(),
                    login.account().password()));
        }
        command.addAll(calls);
        return Child.start("chromium with Jingle", command, Map.of());
    }

    /** A user calls an echo account by Jingle. The child prints one line of JSON. */
    public static Child echo(Login caller, String echo, List<String> habits) {
        List<String> command = new ArrayList<>(List.of("node", FOLDER.resolve("echo-call.mjs").toString(),
                caller.server().webSocketUrl(), caller.account().bareJid(), caller.account().password(), echo));
        command.addAll(habits);
        return Child.start("chromium echo", command, Map.of());
    }

    /** Who, and where. Immutable. */
    public record Login(XmppServer server, Account account) {}

    private static Child call(String what, String uri, String username, String password) {
        String script = FOLDER.resolve("relay-call.mjs").toString();
        return Child.start("chromium " + what, List.of("node", script, what, uri, username, password), Map.of());
    }
}
