// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import im.thingle.stun.attribute.TransportAddress.Family;

/**
 * What an allocation began with, kept to give the same answer to the same Allocate request again (RFC 8656 §7.2) and to
 * give back what was taken. Immutable.
 *
 * @param id names it in logs and towards operators, on all event loops; 48 bits by chance
 * @param client the five-tuple it was made from, whose network the quotas count it for wherever the client moves
 * @param user whom the quotas count it for
 * @param token what was promised with RESERVATION-TOKEN; null: nothing
 * @param missing the family of a dual allocation that could not be had; null: none
 */
record AllocationGrant(long id, FiveTuple client, int idHigh, long idLow, String username, String user, boolean tcp,
        int lifetimeSeconds, byte[] token, Family missing) {}
