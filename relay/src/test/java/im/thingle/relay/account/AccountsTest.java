// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.account;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AccountsTest {
    private static final String ROMEO = "romeo@montague.lit";
    private static final String JULIET = "juliet@capulet.lit";
    private static final long SECOND = 1_000_000_000L;
    private static final int PACKET = 100;

    private long today = 20_000;

    @Test
    void countsTheDaysBytesOfFilesCallsAndChannelsTogether() {
        Accounts accounts = new Accounts(0, 300, () -> today);
        Charge file = accounts.open(ROMEO, Traffic.FILE, 0);
        Charge call = accounts.open(ROMEO, Traffic.CALL, 0);
        Charge channel = accounts.open(ROMEO, Traffic.CHANNEL, 0);
        Shaper shaper = Shaper.UNLIMITED.under(file);

        shaper.charge(100, 0);
        file.carried(100);
        call.carried(100);
        channel.carried(99);
        assertThat(accounts.exhausted(ROMEO)).isFalse();
        assertThat(shaper.portion()).isEqualTo(1);
        channel.carried(100);

        assertThat(accounts.exhausted(ROMEO)).isTrue();
        assertThat(call.exhausted()).isTrue();
        assertThat(channel.exhausted()).isTrue();
        assertThat(shaper.exhausted()).isTrue();
        assertThat(accounts.exhausted(JULIET)).isFalse();
        assertThat(accounts.usage(ROMEO)).isEqualTo(new Usage(1, 1, 1, 100, 100, 100));
    }

    @Test
    void beginsEachDayAnew() {
        Accounts accounts = new Accounts(0, 100, () -> today);
        Charge call = accounts.open(ROMEO, Traffic.CALL, 0);
        call.carried(100);
        assertThat(call.exhausted()).isTrue();

        today++;
        assertThat(call.exhausted()).isFalse();
        call.carried(110);

        assertThat(accounts.usage(ROMEO)).isEqualTo(new Usage(0, 1, 0, 0, 10, 0));
    }

    @Test
    void remembersADayAndForgetsItWhenItIsOver() {
        Accounts accounts = new Accounts(0, 100, () -> today);
        Charge call = accounts.open(ROMEO, Traffic.CALL, 0);
        call.carried(100);
        call.close();
        call.close();
        accounts.forgetIdle(0);
        assertThat(accounts.exhausted(ROMEO)).isTrue();
        assertThat(accounts.usage(ROMEO)).isEqualTo(new Usage(0, 0, 0, 0, 100, 0));

        today++;
        accounts.forgetIdle(0);

        assertThat(accounts.remembered()).isZero();
        assertThat(accounts.usage(ROMEO)).isEqualTo(Usage.NONE);
    }

    @Test
    void keepsWhoHasSomethingAndWhoOwesSomething() {
        Accounts accounts = new Accounts(1_000, 0, () -> today);
        Charge call = accounts.open(ROMEO, Traffic.CALL, 0);
        accounts.forgetIdle(SECOND);
        assertThat(accounts.remembered()).isEqualTo(1);

        Charge file = accounts.open(JULIET, Traffic.FILE, 0);
        Shaper.UNLIMITED.under(file).charge(1_100, 0);
        file.close();
        call.close();
        accounts.forgetIdle(SECOND / 2);
        assertThat(accounts.remembered()).as("one in debt").isEqualTo(1);
        assertThat(Shaper.UNLIMITED.under(accounts.open(JULIET, Traffic.FILE, SECOND / 2)).delayNanos(SECOND / 2))
                .isEqualTo(SECOND / 2);
    }

    @Test
    void holdsAllCallsOfAnAccountToOneRate() {
        Accounts accounts = new Accounts(10_000, 0, () -> today);
        Charge one = accounts.open(ROMEO, Traffic.CALL, 0);
        Charge other = accounts.open(ROMEO, Traffic.CHANNEL, 0);
        Charge juliets = accounts.open(JULIET, Traffic.CALL, 0);
        assertThat(one.limitsRate()).isTrue();

        long carried = 0;
        long hers = 0;
        for (long now = 0; now < 20 * SECOND; now += SECOND / 200) {
            carried += one.mayCarry(PACKET, now) ? PACKET : 0;
            carried += other.mayCarry(PACKET, now) ? PACKET : 0;
            hers += now % (SECOND / 50) == 0 && juliets.mayCarry(PACKET, now) ? PACKET : 0;
        }

        // 20 seconds' worth, a second and a tenth of it in advance, and what each has paid for at most
        assertThat(carried).isBetween(205_000L, 211_500L);
        assertThat(hers).as("another account").isEqualTo(20 * 50 * PACKET);
    }

    @Test
    void lettingACallGoBeforeAFile() {
        Accounts accounts = new Accounts(100_000, 0, () -> today);
        Shaper file = Shaper.UNLIMITED.under(accounts.open(ROMEO, Traffic.FILE, 0));
        Charge call = accounts.open(ROMEO, Traffic.CALL, 0);

        long filed = 0;
        long lost = 0;
        for (long now = 0; now < 20 * SECOND; now += SECOND / 100) {
            while (file.delayNanos(now) <= 0) {
                file.charge(file.portion(), now);
                filed += file.portion();
            }
            for (int i = 0; i < 6; i++) {
                lost += call.mayCarry(PACKET, now) ? 0 : 1; // 60 kB/s
            }
        }

        assertThat(lost).isZero();
        assertThat(filed).isBetween(790_000L, 830_000L);
    }

    @Test
    void costsNothingWithoutACeiling() {
        Accounts accounts = new Accounts(0, 0, () -> today);
        Charge call = accounts.open(ROMEO, Traffic.CALL, 0);

        assertThat(call.limitsRate()).isFalse();
        assertThat(call.mayCarry(Integer.MAX_VALUE, 0)).isTrue();
        assertThat(call.exhausted()).isFalse();
        assertThat(Shaper.UNLIMITED.under(call)).isSameAs(Shaper.UNLIMITED);
        assertThat(accounts.exhausted(ROMEO)).isFalse();
    }
}
