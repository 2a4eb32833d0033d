// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;

/**
 * Prosody, with Thingle as its component, and ejabberd, with a link between them (XEP-0220). Their domains are
 * addresses of loopback, so that each finds the other without DNS. Confined to the test's thread.
 */
public final class Federation implements AutoCloseable {
    public static final String COMPONENT = "127.0.0.6";
    /** On Prosody. */
    public static final Account ALICE = new Account("alice", "127.0.0.4", "wonderland");
    /** On ejabberd. */
    public static final Account BOB = new Account("bob", "127.0.0.5", "builder");

    private static final int SERVERS_PORT = 5269;

    private final ProsodyServer prosody = new ProsodyServer(
            List.of(ALICE),
            """
            s2s_interfaces = { "%1$s", "%2$s" }
            s2s_ports = { %3$d }
            s2s_direct_tls_ports = {}
            s2s_require_encryption = false
            s2s_secure_auth = false
            modules_enabled = { "disco", "roster", "saslauth", "ping", "s2s", "dialback", "websocket" }
            http_default_host = "%1$s"
            modules_disabled = { "tls" }
            VirtualHost "%1$s"
            Component "%2$s"
              component_secret = "%4$s"
              modules_enabled = { "s2s", "dialback" }
            """
                    .formatted(ALICE.domain(), COMPONENT, SERVERS_PORT, XmppServer.SECRET));
    private final EjabberdServer ejabberd = new EjabberdServer(
            List.of(BOB),
            """
            s2s_use_starttls: false
            listen:
              - {port: %d, ip: "%s", module: ejabberd_s2s_in}
            modules:
              mod_ping: {}
              mod_s2s_dialback: {}
            """
                    .formatted(SERVERS_PORT, BOB.domain()));

    /** Whether nobody has the servers' well-known port here: they find each other by no other. */
    public static boolean isPossible() {
        for (String address : List.of(ALICE.domain(), BOB.domain(), COMPONENT)) {
            try (ServerSocket socket = new ServerSocket(SERVERS_PORT, 1, InetAddress.ofLiteral(address))) {
                socket.getLocalPort();
            } catch (IOException taken) {
                return false;
            }
        }
        return true;
    }

    /**
     * Starts both, and Thingle.
     *
     * @param settings further lines of Thingle's configuration file
     */
    public ThingleProcess start(String settings) {
        prosody.start();
        ejabberd.start();
        return ThingleProcess.start(
                prosody,
                "thingle { xmpp.jid = \"%s\", access.allow = [\"%s\"] }\n".formatted(COMPONENT, ALICE.domain())
                        + settings);
    }

    public XmppServer prosody() {
        return prosody;
    }

    public XmppServer ejabberd() {
        return ejabberd;
    }

    @Override
    public void close() {
        prosody.close();
        ejabberd.close();
    }
}
