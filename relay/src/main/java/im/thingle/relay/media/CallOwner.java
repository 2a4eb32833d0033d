// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

/**
 * Whose call it is. Immutable.
 *
 * @param account bare JID, the key of every per-JID limit
 * @param initiator full JID
 * @param responder full JID
 * @param session the name of the session that the call belongs to, in logs and lists
 */
public record CallOwner(String account, String initiator, String responder, String session) {}
