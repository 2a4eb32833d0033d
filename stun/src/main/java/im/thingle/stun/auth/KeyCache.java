// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.auth;

import im.thingle.stun.attribute.PasswordAlgorithm;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.SecretKey;

/**
 * The keys of the clients that proved themselves last, so that a Refresh costs no digest of names and passwords. Only
 * who proved a password gets in, so strangers cannot push anybody out. Confined to its event loop.
 */
final class KeyCache {
    private final Map<Name, Known> entries;

    KeyCache(int mostEntries) {
        entries = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Name, Known> eldest) {
                return size() > mostEntries;
            }
        };
    }

    /** A key with what {@link Password} says beside it. Immutable. */
    record Known(SecretKey key, String user, long expiresEpochSeconds) {}

    Known find(String username, PasswordAlgorithm algorithm) {
        return entries.get(new Name(username, algorithm));
    }

    void keep(String username, PasswordAlgorithm algorithm, Known known) {
        entries.put(new Name(username, algorithm), known);
    }

    int size() {
        return entries.size();
    }

    private record Name(String username, PasswordAlgorithm algorithm) {}
}
