// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HoldPolicyTest {
    private static final long COALESCE = 200_000;

    private final HoldPolicy policy = new HoldPolicy(COALESCE);
    private long now = 1_000_000_000;

    @Test
    void neverHoldsWhatComesSeldom() {
        // 2,000 a second
        for (int i = 0; i < 1_000; i++) {
            assertThat(after(500_000, 1)).isEqualTo(HoldPolicy.NONE);
        }
    }

    @Test
    void holdsWhileManyTurnsMoveLittle() {
        assertThat(after(16_667, 1)).isEqualTo(HoldPolicy.NONE);

        // 60,000 a second
        long hold = HoldPolicy.NONE;
        for (int i = 0; i < 600; i++) {
            hold = after(16_667, 1);
        }

        assertThat(hold).isEqualTo(COALESCE);
        assertThat(after(COALESCE, 12)).isEqualTo(COALESCE);
    }

    @Test
    void looksAgainAtOnceAfterATurnThatFoundMany() {
        holdsWhileManyTurnsMoveLittle();

        assertThat(after(COALESCE, 200)).isZero();
    }

    @Test
    void stopsWhenATurnFindsNothing() {
        holdsWhileManyTurnsMoveLittle();

        assertThat(after(COALESCE, 0)).isEqualTo(HoldPolicy.NONE);
    }

    @Test
    void forgetsABurstOverAPause() {
        holdsWhileManyTurnsMoveLittle();

        assertThat(after(1_000_000_000, 1)).isEqualTo(HoldPolicy.NONE);
    }

    private long after(long nanos, int datagrams) {
        now += nanos;
        return policy.holdNanos(datagrams, now);
    }
}
