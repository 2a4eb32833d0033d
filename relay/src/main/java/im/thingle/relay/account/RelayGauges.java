// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.account;

/**
 * How things stand now, summed over all event loops at the moment of asking. Immutable.
 *
 * @param handshaking sockets whose SOCKS5 handshake is under way
 * @param parked legs waiting for their twin or for activation
 * @param active activated bytestreams
 * @param bytesRelayed bytes carried since start, both ways together
 * @param pipes kernel pipes that exist, in use and pooled
 */
public record RelayGauges(long handshaking, long parked, long active, long bytesRelayed, long pipes) {}
