// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

/**
 * A user of the private XMPP servers. Immutable.
 *
 * @param password also in the servers' accounts, in the clear
 */
public record Account(String user, String domain, String password) {
    public static final Account ALICE = new Account("alice", "localhost", "wonderland");
    public static final Account BOB = new Account("bob", "localhost", "builder");
    /** Lives on the same server under another domain, so by default Thingle is not for them. */
    public static final Account STRANGER = new Account("mallory", "stranger.example", "outside");

    static final java.util.List<Account> ALL = java.util.List.of(ALICE, BOB, STRANGER);

    public String bareJid() {
        return user + "@" + domain;
    }
}
