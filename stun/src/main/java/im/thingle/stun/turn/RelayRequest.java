// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

/**
 * The relayed transport address a client asks for, RFC 8656 §7.2. Its token is shared, never written to. Immutable.
 *
 * @param ipv4 whether an IPv4 address is wanted
 * @param ipv6 whether an IPv6 address is wanted; with both, one of them is enough for success
 * @param tcp whether TCP is to be relayed (RFC 6062), else UDP
 * @param evenPort whether the port must be even
 * @param reserveNext whether the port above it is to be kept for whoever brings the token (30 s)
 * @param reservationToken the token of a port that was kept so; null: none
 * @param dontFragment whether the client wants to set the DF bit
 */
public record RelayRequest(boolean ipv4, boolean ipv6, boolean tcp, boolean evenPort, boolean reserveNext,
        byte[] reservationToken, boolean dontFragment) {}
