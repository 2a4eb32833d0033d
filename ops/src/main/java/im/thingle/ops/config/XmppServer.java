// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * One XMPP server to join as an external component (XEP-0114). Prints without its secret. Immutable.
 *
 * @param host name or address of the server
 * @param jid the component's own domain, prepared
 * @param trust certificates to trust in place of the JVM's, as a PEM file
 */
public record XmppServer(String host, int port, String jid, String secret, TlsMode tls, Optional<Path> trust) {
    @Override
    public String toString() {
        return jid + " at " + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
