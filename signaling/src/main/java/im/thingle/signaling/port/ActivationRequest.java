// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

/**
 * A requester's wish to have its bytestream opened (XEP-0065 §6.4). Immutable.
 *
 * @param hash the 40 lower-case hex digits of SHA-1(sid + requester + target)
 * @param requester full JID of the sender of the IQ
 * @param account bare JID of the requester, the key of every per-JID limit
 * @param target JID in {@code <activate/>}
 */
public record ActivationRequest(String hash, String requester, String account, String target) {}
