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
        if (text(entry).isEmpty()) {
            entry.error("is missing",
                    "write the component's domain as your XMPP server knows it, such as proxy.example.org");
            return Optional.empty();
        }
        return domain(entry, "a component is a bare domain, such as proxy.example.org");
    }

    /** A domain of the XMPP server; empty after noting why not. */
    static Optional<String> domain(Entry entry) {
        return domain(entry, "write a domain of your XMPP server, such as example.org");
    }

    private static Optional<String> domain(Entry entry, String advice) {
        var jid = parse(text(entry)).filter(Jid::isDomainBareJid);
        if (jid.isEmpty()) {
            entry.error("is not a domain: " + Entry.quoted(text(entry)), advice);
        }
        return jid.map(Jid::toString);
    }

    /** The bare JID of an account; empty after noting why not. */
    static Optional<String> account(Entry entry) {
        var jid = parse(text(entry)).filter(Jid::hasLocalpart);
        if (jid.isEmpty()) {
            entry.error("is not a bare JID: " + Entry.quoted(text(entry)),
                    "write one account, such as admin@example.org");
        }
        return jid.flatMap(known -> bare(entry, known));
    }

    /** A domain, a bare JID or "*"; empty after noting why not. */
    static Optional<String> allowed(Entry entry) {
        var text = text(entry);
        if (text.equals("*")) {
            entry.warning("\"*\" lets everybody on every server use this relay", "list domains or JIDs instead");
            return Optional.of(text);
        }
        var jid = parse(text);
        if (text.contains("*")) {
            entry.error("has a wildcard inside: " + Entry.quoted(text),
                    "list each domain; only \"*\" alone means everybody");
            return Optional.empty();
        } else if (jid.isEmpty()) {
            entry.error("is neither a domain nor a bare JID: " + Entry.quoted(text),
                    "write example.org or user@example.org");
        }
        return jid.flatMap(known -> bare(entry, known));
    }

    private static Optional<String> bare(Entry entry, Jid jid) {
        if (jid.hasResource()) {
            entry.error("has a resource: " + Entry.quoted(text(entry)), "write " + jid.asBareJid());
            return Optional.empty();
        }
        return Optional.of(jid.toString());
    }

    private static String text(Entry entry) {
        return entry.text().map(String::strip).orElse("");
    }

    private static Optional<Jid> parse(String text) {
        return Jids.parse(text).filter(known -> isDomain(known.getDomain().toString()));
    }

    /** Labels between dots; stringprep alone would let "a..b" and "a:5222" through. */
    private static boolean isDomain(String domain) {
        return !domain.startsWith(".") && !domain.endsWith(".") && !domain.contains("..") && !domain.contains(":");
    }
}
