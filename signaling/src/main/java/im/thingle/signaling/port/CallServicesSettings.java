// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

/**
 * How External Service Discovery (XEP-0215) behaves. Immutable.
 *
 * @param requestsPerMinute how many requests one bare JID may send in a minute; 0: no limit
 * @param pushes whether those who asked are told of new credentials before theirs expire
 */
public record CallServicesSettings(int requestsPerMinute, boolean pushes) {
    public CallServicesSettings {
        if (requestsPerMinute < 0) {
            throw new IllegalArgumentException("requestsPerMinute is " + requestsPerMinute + " and must be 0 or more");
        }
    }
}
