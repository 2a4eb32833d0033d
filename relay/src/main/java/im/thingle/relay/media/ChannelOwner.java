// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

/**
 * Who asked for a channel. Immutable.
 *
 * @param account bare JID, the key of every per-JID limit
 * @param requester full JID
 */
public record ChannelOwner(String account, String requester) {}
