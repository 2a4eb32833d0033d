// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.auth;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Users of the configuration. Names and passwords are taken as they come, as {@link LongTermKey} takes them. Immutable.
 */
public final class StaticUsers implements Credentials {
    private final Map<String, Password> passwords = new HashMap<>();
    private final Map<ByteBuffer, String> names = new HashMap<>();

    /** The users of this realm, by name their password. */
    public StaticUsers(String realm, Map<String, String> users) {
        users.forEach((name, password) -> {
            passwords.put(name, new Password(List.of(password), name, Password.NEVER));
            names.put(ByteBuffer.wrap(Userhash.of(name, realm)), name);
        });
    }

    @Override
    public Password find(String username) {
        return passwords.get(username);
    }

    @Override
    public String findByUserhash(byte[] userhash) {
        return names.get(ByteBuffer.wrap(userhash));
    }

    @Override
    public boolean findsAllByUserhash() {
        return true;
    }
}
