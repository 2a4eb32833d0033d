// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.relay.account.Accounts;
import im.thingle.relay.account.Charge;
import im.thingle.relay.account.Traffic;
import im.thingle.stun.turn.Allocation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the allocations of a shard cost their users. Packets only add to the allocation's own counts; those are booked
 * a few times a second (decisions/0012). Confined to its event loop.
 */
final class AllocationCharges {
    private static final long PERIOD_NANOS = 250_000_000L;

    private final Accounts accounts;
    private final Map<Allocation, Charge> charges = new HashMap<>();
    private long bookedNanos;

    AllocationCharges(Accounts accounts, long nowNanos) {
        this.accounts = accounts;
        bookedNanos = nowNanos;
    }

    void opened(Allocation allocation, long nowNanos) {
        Charge charge = accounts.open(allocation.user(), Traffic.CALL, nowNanos);
        charges.put(allocation, charge);
        if (charge.limitsRate()) {
            allocation.allowance(charge::mayCarry);
        }
    }

    /** To be called when all that the allocation carried is counted. */
    void closed(Allocation allocation) {
        Charge charge = charges.remove(allocation);
        charge.carried(allocation.bytes());
        charge.close();
    }

    /** Books what was carried, if it is time for that, and tells whose users may carry no more today. */
    List<Allocation> sweep(long nowNanos) {
        if (nowNanos - bookedNanos < PERIOD_NANOS) {
            return List.of();
        }
        bookedNanos = nowNanos;
        List<Allocation> usedUp = new ArrayList<>(0);
        charges.forEach((allocation, charge) -> {
            charge.carried(allocation.bytes());
            if (charge.exhausted()) {
                usedUp.add(allocation);
            }
        });
        return usedUp;
    }

    /** All there are. */
    Set<Allocation> allocations() {
        return charges.keySet();
    }

    /** Of this allocation. */
    Charge of(Allocation allocation) {
        return charges.get(allocation);
    }
}
