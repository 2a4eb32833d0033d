// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.stanza;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RequestBudgetTest {
    private static final long SECOND = 1_000_000_000L;

    /** The clock of the virtual machine starts anywhere. */
    private static final long START = Long.MAX_VALUE - 10 * SECOND;

    @Test
    void allowsAMinutesRequestsAtOnceAndThenAsManyAsCome() {
        RequestBudget budget = new RequestBudget(6);

        assertThat(taken(budget, "a", START, 100)).isEqualTo(6);
        assertThat(taken(budget, "a", START + 9 * SECOND, 100)).isZero();
        assertThat(taken(budget, "a", START + 10 * SECOND, 100)).isEqualTo(1);
        assertThat(taken(budget, "a", START + 100 * SECOND, 100)).isEqualTo(6);
    }

    @Test
    void whoIsRefusedPaysNothing() {
        RequestBudget budget = new RequestBudget(60);
        taken(budget, "a", START, 10_000);

        assertThat(taken(budget, "a", START + SECOND, 100)).isEqualTo(1);
    }

    @Test
    void eachAccountHasItsOwn() {
        RequestBudget budget = new RequestBudget(1);

        assertThat(budget.take("a", START)).isTrue();
        assertThat(budget.take("a", START)).isFalse();
        assertThat(budget.take("b", START)).isTrue();
    }

    @Test
    void zeroIsNoLimit() {
        RequestBudget budget = new RequestBudget(0);

        assertThat(taken(budget, "a", START, 100_000)).isEqualTo(100_000);
        assertThat(budget.size()).isZero();
    }

    @Test
    void forgetsThoseWhoseBucketIsFullAgain() {
        RequestBudget budget = new RequestBudget(1);
        for (int i = 0; i < 1000; i++) {
            budget.take("early" + i, START);
        }
        for (int i = 0; i < 1000; i++) {
            budget.take("late" + i, START + 60 * SECOND);
        }

        assertThat(budget.size()).isEqualTo(1000);
        assertThat(budget.take("late0", START + 60 * SECOND)).isFalse();
    }

    @Test
    void theTableIsBounded() {
        RequestBudget budget = new RequestBudget(1);
        for (int i = 0; i < RequestBudget.MOST_ACCOUNTS + 1000; i++) {
            assertThat(budget.take("user" + i, START)).isTrue();
        }

        assertThat(budget.size()).isEqualTo(RequestBudget.MOST_ACCOUNTS);
    }

    @Test
    void whoGoesOnAskingKeepsTheEmptyBucketHowManyOthersEverCome() {
        RequestBudget budget = new RequestBudget(1);
        assertThat(budget.take("flood", START)).isTrue();
        for (int i = 0; i < 2 * RequestBudget.MOST_ACCOUNTS; i++) {
            budget.take("user" + i, START);
            assertThat(budget.take("flood", START)).isFalse();
        }
    }

    private static int taken(RequestBudget budget, String account, long nowNanos, int tries) {
        int taken = 0;
        for (int i = 0; i < tries; i++) {
            taken += budget.take(account, nowNanos) ? 1 : 0;
        }
        return taken;
    }
}
