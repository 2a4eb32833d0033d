// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

/**
 * How much the account {@code echo} takes. Immutable.
 *
 * @param sessions at a time; 0: any number
 * @param sessionsPerAccount at a time, of one bare JID; 0: any number
 * @param bytesPerHour that one bare JID may send; 0: any number
 * @param keptBytesPerFile of a file that is larger only the hash is told
 * @param keptBytes of all files that wait to be sent back
 */
public record EchoLimits(int sessions, int sessionsPerAccount, long bytesPerHour, long keptBytesPerFile, long keptBytes) {
    public static final EchoLimits DEFAULT = new EchoLimits(200, 5, 1L << 30, 16L << 20, 64L << 20);
}
