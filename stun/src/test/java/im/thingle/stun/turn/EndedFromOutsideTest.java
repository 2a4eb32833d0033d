// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.stun.attribute.NumberAttribute;
import im.thingle.stun.attribute.TransportAddress.Family;
import im.thingle.stun.message.Method;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What operators and accounts do to allocations. */
class EndedFromOutsideTest {
    private static final int CHANNEL = 0x4000;

    private final TurnFixture turn = new TurnFixture();

    @Test
    void endsAnAllocationBeforeItsTimeAndNothingStays() {
        Allocation allocation = turn.allocated();
        turn.ask(TurnFixture.ALICE, Method.CHANNEL_BIND, writer -> {
            NumberAttribute.CHANNEL_NUMBER.write(writer, CHANNEL);
            TurnFixture.peer(TurnFixture.PEER).accept(writer);
        });
        allocation.countToPeer(100);
        allocation.countToClient(20);
        turn.now += TurnFixture.SECOND;

        turn.server.end(allocation, AllocationEnd.ENDED, turn.now);
        turn.server.end(allocation, AllocationEnd.ENDED, turn.now);

        assertThat(turn.out.reports).singleElement().satisfies(report -> {
            assertThat(report.reason()).isEqualTo(AllocationEnd.ENDED);
            assertThat(report.id()).isEqualTo(allocation.id());
            assertThat(report.user()).isEqualTo("alice");
            assertThat(report.bytesToPeer() + report.bytesToClient()).isEqualTo(120);
            assertThat(report.durationNanos()).isEqualTo(TurnFixture.SECOND);
        });
        assertThat(turn.server.entries()).isZero();
        assertThat(turn.server.nextDeadlineNanos()).isEqualTo(TurnServer.NO_DEADLINE);
        assertThat(turn.ask(TurnFixture.ALICE, Method.REFRESH, writer -> {}).code()).isEqualTo(437);
        assertThat(turn.allocate(TurnFixture.ALICE).code()).as("a new one").isZero();
    }

    @Test
    void tellsTheStorySoFar() {
        Allocation allocation = turn.allocated();
        allocation.countToPeer(100);
        allocation.countToClient(20);

        AllocationReport report = allocation.report(null, turn.now + TurnFixture.SECOND);

        assertThat(report.reason()).isNull();
        assertThat(report.relayedV4()).isEqualTo(allocation.relayed(Family.IPV4));
        assertThat(report.bytesToPeer() + report.bytesToClient()).isEqualTo(allocation.bytes()).isEqualTo(120);
        assertThat(turn.out.reports).isEmpty();
    }

    @Test
    void namesEachAllocationDifferently() {
        long first = turn.allocated().id();
        turn.server.end(turn.server.find(TurnFixture.ALICE), AllocationEnd.ENDED, turn.now);

        assertThat(turn.allocated().id()).isNotEqualTo(first).isBetween(0L, (1L << 48) - 1);
    }

    @Test
    void refusesWhoseBytesOfTheDayAreUsedUp() {
        turn.usedUp.add("alice");

        assertThat(turn.allocate(TurnFixture.ALICE).code()).isEqualTo(486);
        assertThat(turn.out.refusals).endsWith(TurnRefusal.BYTES_PER_DAY);
        assertThat(turn.ask(TurnFixture.BOB, "bob", Method.ALLOCATE, TurnFixture.transport(NumberAttribute.UDP)).code())
                .isZero();

        turn.usedUp.clear();
        assertThat(turn.allocate(TurnFixture.ALICE).code()).isZero();
    }

    @Test
    void asksTheAllowanceForEachPacketThatItsOwnRateHasRoomFor() {
        TurnFixture slow = new TurnFixture(TurnFixture.settings(10, 8, 4, 1000, false));
        Allocation allocation = slow.allocated();
        List<Integer> asked = new ArrayList<>();
        allocation.allowance((bytes, now) -> {
            asked.add(bytes);
            return bytes < 1000;
        });

        assertThat(allocation.mayCarry(1001, slow.now)).isFalse();
        assertThat(allocation.mayCarry(999, slow.now)).as("what was refused cost nothing").isTrue();
        assertThat(allocation.mayCarry(900, slow.now)).as("a second's worth and one packet").isTrue();
        assertThat(allocation.mayCarry(10, slow.now)).isFalse();

        assertThat(asked).containsExactly(1001, 999, 900);
        assertThat(allocation.report(null, slow.now).packetsDropped()).isEqualTo(2);
    }
}
