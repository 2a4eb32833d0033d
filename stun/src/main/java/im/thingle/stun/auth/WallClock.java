// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.auth;

/**
 * The time of day, which credentials and nonces are dated with. It may jump; what must not (lifetimes of allocations)
 * runs on nanoseconds instead. Safe from any thread.
 */
@FunctionalInterface
public interface WallClock {
    /** Seconds since 1970, UTC. */
    long epochSeconds();
}
