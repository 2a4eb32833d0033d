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
                    .map(JidEntry::account).flatMap(Optional::stream).distinct().toList();
            return new AccessReader(allow(access.at("allow"), xmpp), operators);
        }
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
