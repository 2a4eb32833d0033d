// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

import java.util.function.Function;

/** A private XMPP server with Thingle beside it, as an operator has them. Confined to the test's thread. */
public record Deployment(XmppServer server, ThingleProcess thingle) implements AutoCloseable {
    /**
     * Starts both.
     *
     * @param server not started yet
     * @param settings further lines of Thingle's configuration file
     */
    public static Deployment start(XmppServer server, String settings) {
        return start(server, started -> ThingleProcess.start(started, settings));
    }

    private static Deployment start(XmppServer server, Function<XmppServer, ThingleProcess> thingle) {
        server.start();
        try {
            return new Deployment(server, thingle.apply(server));
        } catch (RuntimeException | Error e) {
            server.close();
            throw e;
        }
    }

    /** Starts both with the configuration that the page shows; Thingle takes calls too. */
    public static Deployment documented(ServerPage page, String settings) {
        return start(page.server(), server -> ThingleProcess.startDocumented(page, server, settings));
    }

    public static Deployment onProsody(String settings) {
        return start(new ProsodyServer(XmppServer.Proxy.COMPONENT), settings);
    }

    /** Prosody and Thingle on another machine, which clients reach at this address. */
    public static Deployment on(Host host, String address, String settings) {
        return start(
                new ProsodyServer(host, address), started -> ThingleProcess.startOn(host, started, settings));
    }

    /** The same with Thingle at another address of this machine. */
    public static Deployment at(String address, XmppServer server, String settings) {
        return start(server, started -> ThingleProcess.startAt(address, started, settings));
    }

    @Override
    public void close() {
        thingle.close();
        server.close();
    }
}
