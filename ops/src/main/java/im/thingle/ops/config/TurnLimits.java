// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

/**
 * Ceilings of the STUN/TURN server; 0 means no limit. Immutable.
 *
 * @param ratePerAllocation bytes per second
 * @param challengesPerNetwork answers per second that demand credentials
 */
public record TurnLimits(
        int allocationsPerUser,
        int allocationsPerAddress,
        int permissionsPerAllocation,
        int channelsPerAllocation,
        long ratePerAllocation,
        int challengesPerNetwork,
        int connectionsPerAddress) {}
