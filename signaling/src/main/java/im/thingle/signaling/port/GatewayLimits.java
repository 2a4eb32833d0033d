// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

import java.time.Duration;

/**
 * How many sessions are brokered at a time, and how long they may wait. Immutable.
 *
 * @param sessions of all users together; 0: any number
 * @param sessionsPerAccount that one bare JID has begun; 0: any number
 * @param ring how long an offer waits for somebody to accept it
 */
public record GatewayLimits(int sessions, int sessionsPerAccount, Duration ring) {}
