// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

import im.thingle.stun.turn.PeerPolicy;
import im.thingle.stun.turn.Prefix;
import java.util.List;
import java.util.Optional;

/** Reads networks in CIDR notation; an address alone is a network of one. */
final class Network {
    private Network() {}

    static List<Prefix> list(Entry entry) {
        return entry.list().stream().map(Network::read).flatMap(Optional::stream).distinct().toList();
    }

    /** Prefixes of a length that an IPv4 address can stand behind (RFC 6052 §2.2). */
    static List<Prefix> nat64(Entry entry) {
        var prefixes = list(entry);
        try {
            PeerPolicy.builder().nat64(prefixes);
            return prefixes;
        } catch (IllegalArgumentException other) {
            entry.error(other.getMessage(), "");
            return List.of();
        }
    }

    private static Optional<Prefix> read(Entry entry) {
        return entry.text().map(String::strip).flatMap(text -> {
            try {
                return Optional.of(Prefix.parse(text));
            } catch (IllegalArgumentException malformed) {
                entry.error(malformed.getMessage(), "");
                return Optional.empty();
            }
        });
    }
}
