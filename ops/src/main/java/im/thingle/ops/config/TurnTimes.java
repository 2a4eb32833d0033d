// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

import java.time.Duration;

/**
 * What the operator decides about time in the STUN/TURN server. Immutable.
 *
 * @param defaultLifetime of an allocation whose client asks for nothing else
 * @param longestLifetime that a client can get
 * @param nonceLifetime after which a client must repeat its request
 * @param coalesce the most that a packet waits for others; zero: not at all
 * @param earlyChecks the most that a connectivity check waits for its permission; zero: not at all
 */
public record TurnTimes(
        Duration defaultLifetime,
        Duration longestLifetime,
        Duration nonceLifetime,
        Duration coalesce,
        Duration earlyChecks) {}
