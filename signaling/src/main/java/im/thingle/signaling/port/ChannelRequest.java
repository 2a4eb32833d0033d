// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

/**
 * A requester's wish for a UDP channel (XEP-0278 §4.4). Immutable.
 *
 * @param account prepared bare JID of the requester, the key of every per-JID limit
 * @param requester prepared full JID of the sender of the IQ
 */
public record ChannelRequest(String account, String requester) {}
