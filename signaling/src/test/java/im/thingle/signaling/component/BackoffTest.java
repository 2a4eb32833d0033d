// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class BackoffTest {
    @Test
    void doublesUpToAMinute() {
        Backoff backoff = new Backoff(() -> 0);

        assertThat(LongStream.generate(() -> backoff.onDown(0)).limit(8))
                .containsExactly(1_000L, 2_000L, 4_000L, 8_000L, 16_000L, 32_000L, 60_000L, 60_000L);
    }

    @Property(tries = 100)
    void shortensEachWaitByAtMostHalf(@ForAll @DoubleRange(max = 1, maxIncluded = false) double entropy) {
        Backoff backoff = new Backoff(() -> entropy);

        assertThat(backoff.onDown(0)).isBetween(500L, 1_000L);
        assertThat(backoff.onDown(0)).isBetween(1_000L, 2_000L);
    }

    @Test
    void startsAnewAfterALinkThatLasted() {
        Backoff backoff = new Backoff(() -> 0);
        backoff.onDown(0);
        backoff.onUp(5);

        assertThat(backoff.onDown(5 + TimeUnit.SECONDS.toNanos(10))).isEqualTo(1_000);
    }

    @Test
    void growsWhileLinksDieYoung() {
        Backoff backoff = new Backoff(() -> 0);
        backoff.onDown(0);
        backoff.onUp(5);

        assertThat(backoff.onDown(5 + TimeUnit.SECONDS.toNanos(9))).isEqualTo(2_000);
    }
}
