// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

/**
 * Whose bytes a brokered stream carries. Immutable.
 *
 * @param account bare JID that limits and accounting mean: whoever began the session
 * @param requester full JID of the party that began the session
 * @param target full JID of the other party
 * @param session the id of the session it belongs to, unique in the process
 */
public record StreamParties(String account, String requester, String target, String session) {}
