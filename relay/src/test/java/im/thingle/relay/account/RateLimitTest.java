// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.account;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RateLimitTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long RATE = 1_000;
    /** System.nanoTime() may be anything, and may overflow while the server runs. */
    private static final long[] STARTS = {0, -5 * SECOND, Long.MAX_VALUE - SECOND / 2};

    @Test
    void letsATenthOfASecondPassAtOnceAndThenHoldsTheRate() {
        for (long start : STARTS) {
            RateLimit rate = new RateLimit(RATE, start);

            rate.charge(100, start);
            assertThat(rate.delayNanos(start)).isLessThanOrEqualTo(0);
            rate.charge(500, start);

            assertThat(rate.delayNanos(start)).isEqualTo(SECOND / 2);
            assertThat(rate.delayNanos(start + SECOND / 2)).isLessThanOrEqualTo(0);
        }
    }

    @Test
    void forgetsAQuietSpellButForATenthOfASecond() {
        for (long start : STARTS) {
            RateLimit rate = new RateLimit(RATE, start);

            rate.charge(1_100, start + 60 * SECOND);

            assertThat(rate.delayNanos(start + 60 * SECOND)).isEqualTo(SECOND);
        }
    }

    @Test
    void sharesOneRateAmongAll() {
        RateLimit rate = new RateLimit(RATE, 0);
        long now = 0;
        long moved = 0;
        while (now < 10 * SECOND) {
            for (int sharer = 0; sharer < 3; sharer++) {
                if (rate.delayNanos(now) <= 0) {
                    rate.charge(rate.portion(), now);
                    moved += rate.portion();
                }
            }
            now += SECOND / 1000;
        }

        assertThat(moved).isBetween(10 * RATE, 10 * RATE + 4 * rate.portion());
    }

    @Test
    void readsATenthOfASecondAtOnceAndAtLeastOneByte() {
        assertThat(new RateLimit(1_000_000, 0).portion()).isEqualTo(100_000);
        assertThat(new RateLimit(1, 0).portion()).isEqualTo(1);
    }
}
