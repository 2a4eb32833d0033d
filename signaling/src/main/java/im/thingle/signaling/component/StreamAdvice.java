// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

/** Says what an operator can do about a link that does not come up or breaks. Immutable. */
final class StreamAdvice {
    private final String jid;
    private final String server;

    StreamAdvice(ComponentSettings settings) {
        jid = settings.jid();
        server = settings.server();
    }

    /** What to do about a stream error (RFC 6120 §4.9.3); empty if nothing is known to help. */
    String onStreamError(String condition) {
        return switch (condition) {
            case "not-authorized" -> wrongSecret();
            case "host-unknown" -> "the server has no component \"" + jid + "\"; add Component \"" + jid
                    + "\" with a component_secret to Prosody's configuration, or \"" + jid
                    + "\" to the hosts of ejabberd's ejabberd_service listener, then reload the server; if it is there"
                    + " already, check that "
                    + server + " is the server's component port";
            case "conflict" -> "another component is connected as " + jid
                    + "; stop it, or give this one a JID of its own";
            case "invalid-namespace", "invalid-xml", "unsupported-version" -> notTheComponentPort();
            case "policy-violation" -> "the server's log says which of its rules was broken";
            default -> "";
        };
    }

    String wrongSecret() {
        return "check that xmpp.secret is the server's secret for " + jid
                + " (Prosody: component_secret; ejabberd: password of the ejabberd_service host)";
    }

    String notTheComponentPort() {
        return "check that " + server + " is the server's component port (5347 by custom), not its client or"
                + " server port, and that TLS is set the same on both sides";
    }

    String notListening() {
        return "is the server listening for components on " + server
                + "? Prosody: component_ports and component_interfaces; ejabberd: an ejabberd_service listener";
    }

    String unknownHost() {
        return "check xmpp.host, and the name service of this machine";
    }

    String badTls() {
        return "check that " + server + " speaks TLS from the first byte, that its certificate names the host in"
                + " xmpp.host, and that xmpp.tls trusts its issuer";
    }
}
