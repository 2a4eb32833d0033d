// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

import im.thingle.signaling.stanza.Jids;
import java.util.Optional;
import org.jxmpp.jid.Jid;

/** Reads JIDs in the prepared form in which signaling compares them. */
final class JidEntry {
    private JidEntry() {}

    /** The component's own domain; empty after noting why not. */
    static Optional<String> component(Entry entry) {
        var text = entry.text().map(String::strip).orElse("");
        var jid = Jids.parse(text).filter(known -> isDomain(known.getDomain().toString()));
        if (text.isEmpty()) {
            entry.error("is missing",
                    "write the component's domain as your XMPP server knows it, such as proxy.example.org");
        } else if (jid.isEmpty() || !jid.get().isDomainBareJid()) {
            entry.error("is not a domain: " + Entry.quoted(text),
                    "a component is a bare domain, such as proxy.example.org");
        } else {
            return jid.map(Jid::toString);
        }
        return Optional.empty();
    }

    /** A domain, a bare JID or "*"; empty after noting why not. */
    static Optional<String> allowed(Entry entry) {
        var text = entry.text().map(String::strip).orElse("");
        var jid = Jids.parse(text).filter(known -> isDomain(known.getDomain().toString()));
        if (text.equals("*")) {
            entry.warning("\"*\" lets everybody on every server use this relay", "list domains or JIDs instead");
            return Optional.of(text);
        }
        if (text.contains("*")) {
            entry.error("has a wildcard inside: " + Entry.quoted(text),
                    "list each domain; only \"*\" alone means everybody");
        } else if (jid.isEmpty()) {
            entry.error("is neither a domain nor a bare JID: " + Entry.quoted(text),
                    "write example.org or user@example.org");
        } else if (jid.get().hasResource()) {
            entry.error("has a resource: " + Entry.quoted(text), "write " + jid.get().asBareJid());
        } else {
            return jid.map(Jid::toString);
        }
        return Optional.empty();
    }

    /** Labels between dots; stringprep alone would let "a..b" and "a:5222" through. */
    private static boolean isDomain(String domain) {
        return !domain.startsWith(".") && !domain.endsWith(".") && !domain.contains("..") && !domain.contains(":");
    }
}
