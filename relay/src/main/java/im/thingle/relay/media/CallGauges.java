// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

/**
 * How things stand now, summed over all event loops; a second old at most. Immutable.
 *
 * @param calls open now
 * @param bytes payload carried since start
 * @param packets likewise, in datagrams
 * @param packetsDropped from unchecked sources, over a rate, to nobody yet, or not taken by the kernel
 */
public record CallGauges(long calls, long bytes, long packets, long packetsDropped) {}
