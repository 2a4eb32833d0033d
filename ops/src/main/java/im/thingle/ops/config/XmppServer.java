// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One XMPP server to join as an external component (XEP-0114). Prints without its secret. Immutable.
 *
 * @param host name or address of the server
 * @param jid the component's own domain, prepared
 * @param trust certificates to trust in place of the JVM's, as a PEM file
 * @param domains prepared domains of the server, which may delegate to us (XEP-0355)
 */
public record XmppServer(
        String host, int port, String jid, String secret, TlsMode tls, Optional<Path> trust, List<String> domains) {
    /** The domain that a component is under: for proxy.example.org example.org. */
    static Optional<String> parent(String component) {
        var dot = component.indexOf('.');
        return dot < 0 ? Optional.empty() : Optional.of(component.substring(dot + 1));
    }

    @Override
    public String toString() {
        return jid + " at " + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
