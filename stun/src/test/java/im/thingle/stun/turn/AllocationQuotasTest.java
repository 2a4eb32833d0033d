// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import im.thingle.stun.attribute.TransportAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AllocationQuotasTest {
    private record Taken(String user, TransportAddress client) {}

    private final AllocationQuotas quotas = new AllocationQuotas(2, 3);

    @Test
    void refusesOneTooManyForAUser() {
        assertThat(quotas.take("romeo", client("9.9.9.1"))).isNull();
        assertThat(quotas.take("romeo", client("9.9.9.2"))).isNull();
        assertThat(quotas.take("romeo", client("9.9.9.3"))).isEqualTo(TurnRefusal.ALLOCATIONS_PER_USER);
        assertThat(quotas.take("juliet", client("9.9.9.3"))).isNull();

        quotas.giveBack("romeo", client("9.9.9.2"));

        assertThat(quotas.take("romeo", client("9.9.9.3"))).isNull();
    }

    @Test
    void refusesOneTooManyForANetworkAndTakesNothingThen() {
        assertThat(quotas.take("a", client("2a00:1:2:3::1"))).isNull();
        assertThat(quotas.take("b", client("2a00:1:2:3:ffff::1"))).isNull();
        assertThat(quotas.take("c", client("2a00:1:2:3::1"))).isNull();
        for (int i = 0; i < 5; i++) {
            assertThat(quotas.take("d", client("2a00:1:2:3::9"))).isEqualTo(TurnRefusal.ALLOCATIONS_PER_ADDRESS);
        }
        assertThat(quotas.take("d", client("2a00:1:2:4::9"))).as("another /64").isNull();
        assertThat(quotas.take("d", client("9.9.9.9"))).isNull();
        assertThat(quotas.take("d", client("9.9.9.9"))).isEqualTo(TurnRefusal.ALLOCATIONS_PER_USER);
    }

    @Test
    void aMappedClientIsTheIpv4Client() {
        assertThat(quotas.take("a", client("::ffff:9.9.9.9"))).isNull();
        assertThat(quotas.take("b", client("9.9.9.9"))).isNull();
        assertThat(quotas.take("c", client("::ffff:9.9.9.9"))).isNull();
        assertThat(quotas.take("d", client("9.9.9.9"))).isEqualTo(TurnRefusal.ALLOCATIONS_PER_ADDRESS);
        assertThat(quotas.take("d", client("::ffff:9.9.9.8"))).isNull();
    }

    @Test
    void zeroIsNoLimitAndRemembersNobody() {
        AllocationQuotas none = new AllocationQuotas(0, 0);

        for (int i = 0; i < 1000; i++) {
            assertThat(none.take("romeo", client("9.9.9.9"))).isNull();
        }
        assertThat(none.remembered()).isZero();
        none.giveBack("romeo", client("9.9.9.9"));
    }

    @Test
    void refusesToTakeBackWhatWasNeverTaken() {
        assertThatIllegalStateException().isThrownBy(() -> quotas.giveBack("romeo", client("9.9.9.9")));
    }

    /**
     * coturn #243 counted all users together; GHSA-f6hc-79w3-p8pq gave back too early: neither a leak nor a present.
     */
    @Test
    void aMillionFromFourThreadsLeaveItEmptyAndNeverGoOver() throws InterruptedException {
        AtomicInteger most = new AtomicInteger();
        AtomicInteger now = new AtomicInteger();
        AllocationQuotas one = new AllocationQuotas(5, 0);
        AllocationQuotas many = new AllocationQuotas(10, 20);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int seed = t;
            threads.add(Thread.ofPlatform().start(() -> {
                takeAndGiveBack(many, seed, 250_000);
                for (int i = 0; i < 50_000; i++) {
                    if (one.take("romeo", client("9.9.9.9")) == null) {
                        most.accumulateAndGet(now.incrementAndGet(), Math::max);
                        now.decrementAndGet();
                        one.giveBack("romeo", client("9.9.9.9"));
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(many.remembered()).isZero();
        assertThat(one.remembered()).isZero();
        assertThat(most.get()).isBetween(1, 5);
    }

    private static void takeAndGiveBack(AllocationQuotas quotas, int seed, int times) {
        SplittableRandom random = new SplittableRandom(seed);
        ArrayDeque<Taken> taken = new ArrayDeque<>();
        for (int i = 0; i < times; i++) {
            Taken wanted = new Taken(
                    "user" + random.nextInt(50),
                    TransportAddress.of(new byte[] {9, 9, 9, (byte) random.nextInt(50)}, 1));
            if (quotas.take(wanted.user(), wanted.client()) == null) {
                taken.add(wanted);
            }
            if (taken.size() > 30) {
                Taken oldest = taken.remove();
                quotas.giveBack(oldest.user(), oldest.client());
            }
        }
        taken.forEach(each -> quotas.giveBack(each.user(), each.client()));
    }

    private static TransportAddress client(String address) {
        TransportAddress parsed = AddressText.parse(address);
        return new TransportAddress(parsed.family(), parsed.high(), parsed.low(), 1234);
    }
}
