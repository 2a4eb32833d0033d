// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FloodGateTest {
    private static final long PERIOD = 10;

    private final FloodGate gate = new FloodGate(PERIOD, 3, () -> 0);

    @Test
    void admitsTheFirstAndCountsTheRestUntilThePeriodIsOver() {
        assertThat(gate.admit("a", 0)).isZero();
        assertThat(gate.admit("a", 1)).isEqualTo(FloodGate.SUPPRESSED);
        assertThat(gate.admit("a", 9)).isEqualTo(FloodGate.SUPPRESSED);
        assertThat(gate.admit("a", 10)).isEqualTo(2);
        assertThat(gate.admit("a", 20)).isZero();
    }

    @Test
    void keepsKeysApart() {
        assertThat(gate.admit("a", 0)).isZero();
        assertThat(gate.admit("b", 0)).isZero();
    }

    @Test
    void boundsAFloodOfFreshKeys() {
        var admitted = 0;
        for (var key = 0; key < 100_000; key++) {
            admitted += gate.admit(key, 5) == FloodGate.SUPPRESSED ? 0 : 1;
        }

        assertThat(admitted).isEqualTo(4); // three keys, and one line for all others
    }

    @Test
    void makesRoomWhenPeriodsEnd() {
        gate.admit("a", 0);
        gate.admit("b", 0);
        gate.admit("c", 0);

        assertThat(gate.admit("d", 10)).isZero();
        assertThat(gate.admit("d", 11)).isEqualTo(FloodGate.SUPPRESSED);
    }

    @Test
    void survivesTheClockWrappingRound() {
        assertThat(gate.admit("a", Long.MAX_VALUE - 2)).isZero();
        assertThat(gate.admit("a", Long.MAX_VALUE - 1)).isEqualTo(FloodGate.SUPPRESSED);
        assertThat(gate.admit("a", Long.MIN_VALUE + 6)).isEqualTo(FloodGate.SUPPRESSED);
        assertThat(gate.admit("a", Long.MIN_VALUE + 7)).isEqualTo(2);
    }
}
