// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

/**
 * Whose bytestream it is. Immutable.
 *
 * @param requester full JID of the party that activates
 * @param account bare JID of the requester, on which per-JID limits count
 * @param target JID of the other party
 */
public record Parties(String requester, String account, String target) {}
