// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads the secrets and users of {@code thingle.turn}. Confined to its reader's thread. */
final class TurnSecrets {
    private static final int SHORT = 16;
    private static final int LONGEST_NAME = 508; // RFC 8489 §14.3: fewer than 509 bytes

    TurnCredentials read(Section turn) {
        var all = new ArrayList<String>();
        var first = turn.at("shared-secret");
        first.text().ifPresent(secret -> add(first, secret, all));
        for (var entry : turn.at("shared-secrets").list()) {
            entry.text().ifPresent(secret -> add(entry, secret, all));
        }
        return new TurnCredentials(all, users(turn));
    }

    private static void add(Entry entry, String secret, List<String> all) {
        if (secret.isEmpty()) {
            entry.error("is empty", "write the secret that your XMPP server has too, or leave it out");
            return;
        }
        if (secret.length() < SHORT) {
            entry.warning("is short, and whoever sees one credential can try out secrets at home",
                    "make one with: openssl rand -hex 32");
        }
        if (!all.contains(secret)) {
            all.add(secret);
        }
    }

    private static Map<String, String> users(Section turn) {
        var users = new TreeMap<String, String>();
        try (var section = turn.section("users")) {
            for (var name : section.names()) {
                var entry = section.at(name);
                var password = entry.text().orElse("");
                if (name.isEmpty() || name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME
                        || name.chars().anyMatch(Character::isISOControl)) {
                    entry.error("is not a name", "write 1 to " + LONGEST_NAME + " bytes without control characters");
                } else if (password.isEmpty()) {
                    entry.error("has no password", "write " + name + " = \"password\", a name with a dot in quotes");
                } else {
                    users.put(name, password);
                }
                if (name.matches("[0-9]+(:.*)?")) {
                    entry.warning("looks like a time-limited credential", "begin the name with a letter");
                }
            }
        }
        return users;
    }
}
