// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.auth;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.attribute.TransportAddress.Family;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ChallengeBudgetTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long START = Long.MAX_VALUE - 3 * SECOND;

    private final ChallengeBudget budget = new ChallengeBudget(10, 20, 4711);

    @Test
    void givesTheBurstAndThenTheRate() {
        assertThat(taken(ipv4(0xC0000201L), 1000, START)).isEqualTo(20);
        assertThat(taken(ipv4(0xC0000201L), 1000, START + SECOND)).isEqualTo(10);
        assertThat(budget.silenced()).isEqualTo(980 + 990);
    }

    @Test
    void survivesTheEndOfTheNanoseconds() {
        assertThat(taken(ipv4(0xC0000201L), 1000, START + 2 * SECOND)).isEqualTo(20);
        assertThat(taken(ipv4(0xC0000201L), 1000, START + 4 * SECOND)).isEqualTo(20);
    }

    @Test
    void aNetworkHasOneBucketAndItsNeighbourAnother() {
        assertThat(taken(ipv4(0xC0000201L), 20, START)).isEqualTo(20);

        assertThat(taken(ipv4(0xC00002FEL), 1, START)).isZero();
        assertThat(taken(ipv4(0xC0000301L), 1, START)).isEqualTo(1);
        assertThat(taken(ipv6(0x20010DB8_00000001L, 1), 21, START)).isEqualTo(20);
        assertThat(taken(ipv6(0x20010DB8_00000001L, 2), 1, START)).isZero();
        assertThat(taken(ipv6(0x20010DB8_00000002L, 1), 1, START)).isEqualTo(1);
    }

    @Test
    void loopbackIsFree() {
        assertThat(taken(ipv4(0x7F000001L), 1000, START)).isEqualTo(1000);
        assertThat(taken(ipv6(0, 1), 1000, START)).isEqualTo(1000);
    }

    @Test
    void zeroIsNoLimit() {
        ChallengeBudget free = new ChallengeBudget(0, 0, 1);

        for (int i = 0; i < 1000; i++) {
            assertThat(free.take(ipv4(0xC0000201L), START)).isTrue();
        }
    }

    /** A flood from everywhere pushes a network out of the table but never gives it a new bucket. */
    @Test
    void crowdingAnotherOutWinsNothing() {
        taken(ipv4(0x01010101L), 20, START);
        for (int network = 0; network < 100_000; network++) {
            budget.take(ipv4(0x0B000000L + (network << 8)), START);
        }
        long sum = 0;
        for (int network = 0; network < 100_000; network++) {
            sum += taken(ipv4(0x0B000000L + (network << 8)), 20, START);
        }

        assertThat(sum).isLessThanOrEqualTo(4096 * 20);
    }

    @Property(tries = 50)
    void neverGivesMoreThanBurstAndRate(@ForAll long seed, @ForAll @IntRange(min = 1, max = 100) int stepMillis) {
        ChallengeBudget fresh = new ChallengeBudget(10, 20, seed);
        long now = START;
        int given = 0;
        for (int i = 0; i < 1000; i++) {
            given += fresh.take(ipv4(0xC6336401L), now) ? 1 : 0;
            now += stepMillis * 1_000_000L;
        }

        assertThat(given).isLessThanOrEqualTo(20 + (int) (1000L * stepMillis / 100));
        assertThat(given).isGreaterThanOrEqualTo(Math.min(1000, (int) (999L * stepMillis / 100)));
    }

    private int taken(TransportAddress client, int wanted, long now) {
        int taken = 0;
        for (int i = 0; i < wanted; i++) {
            taken += budget.take(client, now) ? 1 : 0;
        }
        return taken;
    }

    private static TransportAddress ipv4(long address) {
        return new TransportAddress(Family.IPV4, 0, address, 5000);
    }

    private static TransportAddress ipv6(long high, long low) {
        return new TransportAddress(Family.IPV6, high, low, 5000);
    }
}
