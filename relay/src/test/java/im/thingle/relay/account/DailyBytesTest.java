// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.account;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DailyBytesTest {
    private static final long TODAY = 20_000;

    @Test
    void countsDownToNothing() {
        DailyBytes day = new DailyBytes(100, TODAY);

        day.charge(60);
        assertThat(day.left(TODAY)).isEqualTo(40);
        day.charge(50);

        assertThat(day.left(TODAY)).isLessThanOrEqualTo(0);
    }

    @Test
    void beginsAnewAtMidnight() {
        DailyBytes day = new DailyBytes(100, TODAY);
        day.charge(100);

        assertThat(day.left(TODAY + 1)).isEqualTo(100);
        day.charge(1);
        assertThat(day.left(TODAY + 1)).isEqualTo(99);
    }

    @Test
    void isUnusedBeforeTheFirstByteAndOnTheNextDay() {
        DailyBytes day = new DailyBytes(100, TODAY);
        assertThat(day.unused(TODAY)).isTrue();

        day.charge(1);

        assertThat(day.unused(TODAY)).isFalse();
        assertThat(day.unused(TODAY + 1)).isTrue();
    }
}
