// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

/** A rate that an allocation shares with what else its user has. Asked per packet. Confined to its event loop. */
public interface Allowance {
    /** Whether there is room for a packet of this payload, which is then used up. */
    boolean mayCarry(int bytes, long nowNanos);
}
