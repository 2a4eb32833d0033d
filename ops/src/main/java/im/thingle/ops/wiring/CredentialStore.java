// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import im.thingle.ops.account.AccountTags;
import im.thingle.ops.account.TaggedCredentials;
import im.thingle.ops.config.TurnCredentials;
import im.thingle.stun.auth.Credentials;
import im.thingle.stun.auth.SharedSecret;
import im.thingle.stun.auth.StaticUsers;

/** Who may use the STUN/TURN server: the users of the configuration, and whoever shares a secret with it. */
final class CredentialStore {
    private CredentialStore() {}

    static Credentials of(String realm, TurnCredentials credentials) {
        var users = new StaticUsers(realm, credentials.users());
        if (credentials.secrets().isEmpty()) {
            return users;
        }
        var secrets = new TaggedCredentials(
                new SharedSecret(credentials.secrets()), new AccountTags(credentials.secrets()));
        return credentials.users().isEmpty() ? secrets : Credentials.both(users, secrets);
    }
}
