// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

import java.util.List;
import java.util.Optional;

/** Reads {@code thingle.access}. Immutable. */
record AccessReader(List<String> allow, List<String> operators) {
    static AccessReader read(Section thingle, List<XmppServer> xmpp) {
        try (var access = thingle.section("access")) {
            var operators = access.at("operators").list().stream()
                    .map(entry -> operator(entry, xmpp)).flatMap(Optional::stream).distinct().toList();
            return new AccessReader(allow(access.at("allow"), xmpp), operators);
        }
    }

    /** One whom no link speaks for is none. */
    private static Optional<String> operator(Entry entry, List<XmppServer> xmpp) {
        var operator = JidEntry.account(entry);
        operator.ifPresent(jid -> {
            var domain = jid.substring(jid.indexOf('@') + 1);
            if (!xmpp.isEmpty() && xmpp.stream().noneMatch(server -> server.domains().contains(domain))) {
                entry.warning(jid + " is an operator over no link, because " + domain + " is in no xmpp.domains",
                        "add " + domain + " to xmpp.domains of the server that has the account");
            }
        });
        return operator;
    }

    private static List<String> allow(Entry entry, List<XmppServer> xmpp) {
        var allow = entry.list().stream().map(JidEntry::allowed).flatMap(Optional::stream).distinct().toList();
        for (var server : xmpp) {
            if (entry.list().isEmpty() && !server.jid().contains(".")) {
                entry.error("is empty, and component " + server.jid() + " has no parent domain to serve by default",
                        "list the domains whose users may use it");
            }
        }
        return allow;
    }
}
