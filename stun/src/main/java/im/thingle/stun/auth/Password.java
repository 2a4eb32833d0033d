// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.auth;

import java.util.List;

/**
 * What a client of some name may use as password. With a shared secret the server cannot know which of several the
 * client was given, so each is tried. Immutable.
 *
 * @param candidates the passwords, the most likely first
 * @param user who the client is beyond this credential: the name without the time in it
 * @param expiresEpochSeconds when they stop being good for new allocations; {@link #NEVER} for static users
 */
public record Password(List<String> candidates, String user, long expiresEpochSeconds) {
    /** No end. */
    public static final long NEVER = Long.MAX_VALUE;

    public Password {
        candidates = List.copyOf(candidates);
    }

    /** Keeps passwords out of logs. */
    @Override
    public String toString() {
        return "Password[user=" + user + ", expiresEpochSeconds=" + expiresEpochSeconds + ']';
    }
}
