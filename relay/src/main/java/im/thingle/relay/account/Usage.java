// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.account;

/**
 * What one account has now and has moved today, a day of UTC. Immutable.
 *
 * @param files bytestreams it has asked for
 * @param calls TURN allocations
 * @param channels UDP channels (XEP-0278)
 */
public record Usage(int files, int calls, int channels, long fileBytes, long callBytes, long channelBytes) {
    /** Nothing. */
    public static final Usage NONE = new Usage(0, 0, 0, 0, 0, 0);

    /** All bytes of the day. */
    public long bytes() {
        return fileBytes + callBytes + channelBytes;
    }
}
