// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.account;

import im.thingle.stun.auth.Credentials;
import im.thingle.stun.auth.Password;

/**
 * Credentials whose user is the account behind the tag in the name, so that quotas, logs and accounting see
 * {@code alice@example.org} and the wire only the tag. Names without a tag of ours stay what they are. Safe from any
 * thread.
 */
public record TaggedCredentials(Credentials plain, AccountTags tags) implements Credentials {
    @Override
    public Password find(String username) {
        var password = plain.find(username);
        if (password == null) {
            return null;
        }
        return tags.account(password.user())
                .map(account -> new Password(password.candidates(), account, password.expiresEpochSeconds()))
                .orElse(password);
    }

    @Override
    public String findByUserhash(byte[] userhash) {
        return plain.findByUserhash(userhash);
    }

    @Override
    public boolean findsAllByUserhash() {
        return plain.findsAllByUserhash();
    }
}
