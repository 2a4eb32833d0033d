// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

/**
 * Whose bytestream it is. Immutable.
 *
 * @param requester full JID of the party that activates
 * @param account bare JID of the requester, on which per-JID limits count
 * @param target JID of the other party
 * @param session id of the brokered session that it is a part of; empty: the requester has asked for it (XEP-0065)
 */
public record Parties(String requester, String account, String target, String session) {
    /** Of a bytestream that is proxied, as the requester has asked. */
    public Parties(String requester, String account, String target) {
        this(requester, account, target, "");
    }

    /** Whether this account, a bare JID, is charged for it, has asked for it or is the other party. */
    public boolean include(String wanted) {
        return account.equals(wanted) || isOf(wanted, requester) || isOf(wanted, target);
    }

    private static boolean isOf(String account, String jid) {
        return jid.startsWith(account) && (jid.length() == account.length() || jid.charAt(account.length()) == '/');
    }
}
