// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

import java.time.Duration;

/**
 * How much the account {@code echo} takes. Immutable.
 *
 * @param sessions at a time; 0: any number
 * @param sessionsPerAccount at a time, of one bare JID; 0: any number
 * @param bytesPerHour that one bare JID may send; 0: any number
 * @param keptBytesPerFile of a file that is larger only the hash is told
 * @param keptBytes of all files that wait to be sent back
 * @param call how long a call may last
 */
public record EchoLimits(int sessions, int sessionsPerAccount, long bytesPerHour, long keptBytesPerFile, long keptBytes,
        Duration call) {
    public static final EchoLimits DEFAULT =
            new EchoLimits(200, 5, 1L << 30, 16L << 20, 64L << 20, Duration.ofMinutes(5));

    /** The same, for calls that may last so long. */
    public EchoLimits withCall(Duration call) {
        return new EchoLimits(sessions, sessionsPerAccount, bytesPerHour, keptBytesPerFile, keptBytes, call);
    }
}
