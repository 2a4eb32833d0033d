// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

/**
 * A real XMPP server, started privately on loopback with the {@link Account}s and one component host. Its ports and
 * its data outlive {@link #kill()}, so {@link #start()} brings the same server back. Confined to the test's thread.
 */
public interface XmppServer extends AutoCloseable {
    /** JID of the proxy, Thingle's or the server's own. */
    String PROXY = "proxy.localhost";

    /** What the component shows to the server. */
    String SECRET = "open-sesame";

    /** Who serves {@link #PROXY}: the server's own proxy is the oracle of our tests. */
    enum Proxy {
        COMPONENT,
        OWN
    }

    /** Where clients find it. */
    default String address() {
        return "127.0.0.1";
    }

    int clientPort();

    int componentPort();

    /**
     * Where clients in browsers log in over HTTP (XEP-0124); only where the server was made by its {@link ServerPage}.
     */
    String boshUrl();

    /** The same over a WebSocket (RFC 7395). */
    String webSocketUrl();

    /** Returns when clients and the component can connect. */
    void start();

    /** SIGKILL. */
    void kill();

    @Override
    void close();
}
