// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.echo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HourlyBytesTest {
    private static final long HALF_AN_HOUR = TimeUnit.MINUTES.toNanos(30);

    @Test
    void whatWasSpentComesBackWithinAnHour() {
        HourlyBytes hourly = new HourlyBytes(100);
        long start = -HALF_AN_HOUR;
        hourly.spend("romeo@montague.lit", 100, start);

        assertThat(hourly.allows("romeo@montague.lit", 1, start)).isFalse();
        assertThat(hourly.allows("juliet@montague.lit", 100, start)).isTrue();
        assertThat(hourly.allows("romeo@montague.lit", 50, start + HALF_AN_HOUR)).isTrue();
        assertThat(hourly.allows("romeo@montague.lit", 51, start + HALF_AN_HOUR)).isFalse();
        assertThat(hourly.allows("romeo@montague.lit", 100, start + 10 * HALF_AN_HOUR)).isTrue();
        assertThat(hourly.allows("romeo@montague.lit", 101, start + 10 * HALF_AN_HOUR)).isFalse();
    }

    @Test
    void withoutALimitNothingIsRemembered() {
        HourlyBytes hourly = new HourlyBytes(0);
        hourly.spend("romeo@montague.lit", Long.MAX_VALUE, 0);

        assertThat(hourly.allows("romeo@montague.lit", Long.MAX_VALUE, 0)).isTrue();
    }
}
