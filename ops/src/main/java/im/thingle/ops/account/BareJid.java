// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.account;

/** The account that an address belongs to (RFC 6120 §1.4), of addresses that are prepared already. Immutable. */
public final class BareJid {
    private BareJid() {}

    /** Without the resource. */
    public static String of(String jid) {
        var slash = jid.indexOf('/');
        return slash < 0 ? jid : jid.substring(0, slash);
    }
}
