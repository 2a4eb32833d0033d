// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import im.thingle.signaling.stanza.Jids;
import java.util.List;

/**
 * Where and as what the component connects (XEP-0114). Immutable.
 *
 * @param host name or address of the XMPP server, resolved anew at each try
 * @param port its component port, 5347 by custom
 * @param jid the component's own domain, prepared on construction
 * @param secret shared with the server, never shown
 * @param domains the server's own prepared domains, which may delegate to us (XEP-0355); empty: nobody may
 */
public record ComponentSettings(String host, int port, String jid, String secret, Tls tls, List<String> domains) {
    /** @throws IllegalArgumentException if the JID is not a plain domain or the port is out of range */
    public ComponentSettings {
        domains = List.copyOf(domains);
        String written = jid;
        jid = Jids.parse(jid).filter(parsed -> parsed.isDomainBareJid())
                .orElseThrow(() -> new IllegalArgumentException("xmpp.jid \"" + written
                        + "\" is not a domain; use the name of the component, such as proxy.example.org"))
                .toString();
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("xmpp.port " + port
                    + " is not a port; use the server's component port, usually 5347");
        }
    }

    /** Host and port for people. */
    String server() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }

    @Override
    public String toString() {
        return "component " + jid + " at " + server();
    }
}
