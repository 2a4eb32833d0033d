// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScopeTest {
    private static final String ROMEO = "romeo@montague.lit";
    private static final String JULIET = "juliet@capulet.lit";
    private long today = 20_000;

    @Test
    void givesEachSoManyAndNoMore() {
        Scope scope = new Scope(2, 0, 0, () -> today);

        assertThat(scope.take(ROMEO, 0)).isTrue();
        assertThat(scope.take(ROMEO, 0)).isTrue();
        assertThat(scope.take(ROMEO, 0)).isFalse();
        assertThat(scope.take(JULIET, 0)).isTrue();
    }

    @Test
    void givesAgainWhatWasGivenBack() {
        Scope scope = new Scope(1, 0, 0, () -> today);
        for (int i = 0; i < 3; i++) {
            assertThat(scope.take(ROMEO, 0)).isTrue();
            assertThat(scope.take(ROMEO, 0)).isFalse();

            scope.giveBack(ROMEO);
        }
    }

    @Test
    void setsNoLimitIfNoneIsAskedFor() {
        Scope scope = new Scope(0, 0, 0, () -> today);
        for (int i = 0; i < 10_000; i++) {
            assertThat(scope.take(ROMEO, 0)).isTrue();
        }

        assertThat(shaper(scope, ROMEO).limits()).isFalse();
        assertThat(shaper(scope, ROMEO).delayNanos(0)).isZero();
    }

    @Test
    void sharesTheRateOfOneAmongAllItHas() {
        Scope scope = new Scope(0, 1_000, 0, () -> today);
        scope.take(ROMEO, 0);
        scope.take(ROMEO, 0);
        scope.take(JULIET, 0);

        shaper(scope, ROMEO).charge(1_100, 0);

        assertThat(shaper(scope, ROMEO).delayNanos(0)).isEqualTo(1_000_000_000L);
        assertThat(shaper(scope, JULIET).delayNanos(0)).isLessThanOrEqualTo(0);
    }

    @Test
    void remembersADebtUntilItIsPaid() {
        Scope scope = new Scope(1, 1_000, 0, () -> today);
        scope.take(ROMEO, 0);
        shaper(scope, ROMEO).charge(1_100, 0);
        scope.giveBack(ROMEO);
        scope.forgetIdle(0);

        assertThat(scope.take(ROMEO, 0)).isTrue();
        assertThat(shaper(scope, ROMEO).delayNanos(0)).isEqualTo(1_000_000_000L);

        scope.giveBack(ROMEO);
        scope.forgetIdle(1_099_000_000L);
        assertThat(scope.remembered()).isEqualTo(1);
        scope.forgetIdle(1_100_000_000L);
        assertThat(scope.remembered()).isZero();
    }

    @Test
    void remembersTheDaysBytesAfterTheLastWasGivenBack() {
        Scope scope = new Scope(0, 0, 100, () -> today);
        scope.take(ROMEO, 0);
        shaper(scope, ROMEO).charge(100, 0);
        scope.giveBack(ROMEO);
        scope.forgetIdle(0);
        assertThat(scope.exhausted(ROMEO)).isTrue();
        assertThat(scope.exhausted(JULIET)).isFalse();

        today++;

        assertThat(scope.exhausted(ROMEO)).isFalse();
    }

    @Test
    void obeysTheLowestOfAllCeilings() {
        Scope slow = new Scope(0, 1_000, 0, () -> today);
        Scope fast = new Scope(0, 1_000_000, 40, () -> today);
        slow.take(ROMEO, 0);
        fast.take(ROMEO, 0);

        Shaper shaper = Scope.shaper(10_000, List.of(slow, fast), List.of(ROMEO, ROMEO), 0);

        assertThat(shaper.portion()).isEqualTo(40);
        shaper.charge(39, 0);
        assertThat(shaper.portion()).isEqualTo(1);
        assertThat(shaper.exhausted()).isFalse();
        shaper.charge(1, 0);
        assertThat(shaper.exhausted()).isTrue();
    }

    private static Shaper shaper(Scope scope, String who) {
        return Scope.shaper(0, List.of(scope), List.of(who), 0);
    }
}
