// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

/** A private XMPP server with Thingle beside it, as an operator has them. Confined to the test's thread. */
public record Deployment(XmppServer server, ThingleProcess thingle) implements AutoCloseable {
    /**
     * Starts both.
     *
     * @param server not started yet
     * @param settings further lines of Thingle's configuration file
     */
    public static Deployment start(XmppServer server, String settings) {
        server.start();
        try {
            return new Deployment(server, ThingleProcess.start(server, settings));
        } catch (RuntimeException | Error e) {
            server.close();
            throw e;
        }
    }

    public static Deployment onProsody(String settings) {
        return start(new ProsodyServer(XmppServer.Proxy.COMPONENT), settings);
    }

    @Override
    public void close() {
        thingle.close();
        server.close();
    }
}
