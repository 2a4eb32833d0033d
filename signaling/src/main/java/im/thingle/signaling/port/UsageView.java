// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

/**
 * What one account uses now and has used today (a day of UTC), across files, calls and channels. Immutable.
 *
 * @param files active bytestreams
 * @param calls active TURN allocations
 * @param channels active UDP channels
 * @param bytesToday everything relayed
 * @param callBytesToday calls and channels
 * @param bytesPerDay the limit; 0 means none
 */
public record UsageView(int files, int calls, int channels, long bytesToday, long fileBytesToday, long callBytesToday,
                        long bytesPerDay) {}
