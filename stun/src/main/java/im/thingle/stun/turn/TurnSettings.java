// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

/**
 * What the operator decides for TURN. Immutable.
 *
 * @param realm the realm of the users
 * @param software SOFTWARE of answers to users; null: none is sent
 * @param defaultLifetimeNanos lifetime of an allocation whose client asks for none or for less (RFC 8656 §7.2)
 * @param maxLifetimeNanos the longest lifetime
 * @param permissionLifetimeNanos lifetime of a permission; the standard wants 300 s
 * @param channelLifetimeNanos lifetime of a channel binding; the standard wants 600 s
 * @param udpRelay whether UDP is relayed
 * @param tcpRelay whether TCP is relayed (RFC 6062)
 * @param mobility whether a client may move to another address (RFC 8016)
 * @param allocationsPerUser allocations a user may have at a time; 0: no limit
 * @param allocationsPerAddress allocations a client network may have at a time; 0: no limit
 * @param permissionsPerAllocation peers an allocation may have at a time
 * @param channelsPerAllocation channels an allocation may have at a time
 * @param ratePerAllocation bytes per second an allocation may carry, both ways together; 0: no limit
 */
public record TurnSettings(String realm, String software, long defaultLifetimeNanos, long maxLifetimeNanos,
        long permissionLifetimeNanos, long channelLifetimeNanos, boolean udpRelay, boolean tcpRelay, boolean mobility,
        int allocationsPerUser, int allocationsPerAddress, int permissionsPerAllocation, int channelsPerAllocation,
        long ratePerAllocation) {}
