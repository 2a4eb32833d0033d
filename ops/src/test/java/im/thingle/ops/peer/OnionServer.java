// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

import im.thingle.ops.certificate.KeptCertificate;
import im.thingle.ops.state.StateDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;

/**
 * Prosody with TLS, for clients that log in with nothing else. Its domain ends with ".onion", because there they take a
 * certificate that nobody has signed. Who wants no TLS needs none. Safe from any thread.
 */
public final class OnionServer {
    public static final Account ALICE = new Account("alice", "thingle.onion", "wonderland");
    public static final Account BOB = new Account("bob", "thingle.onion", "builder");

    private OnionServer() {}

    /**
     * Starts it, and Thingle.
     *
     * @param address where Thingle listens
     * @param settings further lines of Thingle's configuration file
     */
    public static Deployment start(String address, String settings) {
        ProsodyServer server = new ProsodyServer(
                List.of(ALICE, BOB),
                """
                modules_disabled = { "s2s" }
                VirtualHost "%1$s"
                  modules_enabled = { "tls" }
                  ssl = { key = "%2$s", certificate = "%2$s" }
                Component "%3$s"
                  component_secret = "%4$s"
                """
                        .formatted(ALICE.domain(), KeptCertificate.FILE, XmppServer.PROXY, XmppServer.SECRET));
        try {
            KeptCertificate.open(new StateDirectory(server.folder()), List.of(ALICE.domain()), Instant.now());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Deployment.at(address, server, "thingle.access.allow = [\"" + ALICE.domain() + "\"]\n" + settings);
    }
}
