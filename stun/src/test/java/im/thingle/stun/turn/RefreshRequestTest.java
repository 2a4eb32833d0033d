// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import static im.thingle.stun.turn.TurnFixture.ALICE;
import static im.thingle.stun.turn.TurnFixture.PEER;
import static im.thingle.stun.turn.TurnFixture.PEER_V6;
import static im.thingle.stun.turn.TurnFixture.number;
import static im.thingle.stun.turn.TurnFixture.peer;
import static im.thingle.stun.turn.TurnFixture.transport;
import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.stun.attribute.NumberAttribute;
import im.thingle.stun.attribute.TransportAddress.Family;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.Method;
import im.thingle.stun.message.StunMessageWriter;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class RefreshRequestTest {
    private static final Consumer<StunMessageWriter> NOTHING = writer -> {};
    private static final Consumer<StunMessageWriter> DELETE = number(NumberAttribute.LIFETIME, 0);

    private final TurnFixture turn = new TurnFixture();

    @Test
    void letsTheAllocationLiveOn() {
        turn.allocated();
        turn.pass(590);

        Answer answer = turn.ask(ALICE, Method.REFRESH, NOTHING);

        assertThat(answer.code()).isZero();
        assertThat(answer.number(NumberAttribute.LIFETIME)).isEqualTo(600);
        turn.pass(599);
        assertThat(turn.server.allocations()).isOne();
        turn.pass(1);
        assertThat(turn.server.allocations()).isZero();
        assertThat(turn.out.reports.getFirst().reason()).isEqualTo(AllocationEnd.EXPIRED);
        assertThat(turn.out.reports.getFirst().durationNanos()).isEqualTo(1190 * TurnFixture.SECOND);
    }

    @Test
    void canShortenALife() {
        turn.ask(ALICE, Method.ALLOCATE, transport(17).andThen(number(NumberAttribute.LIFETIME, 3600)));

        assertThat(turn.ask(ALICE, Method.REFRESH, NOTHING).number(NumberAttribute.LIFETIME)).isEqualTo(600);

        assertThat(turn.server.nextDeadlineNanos()).isEqualTo(turn.now + 600 * TurnFixture.SECOND);
    }

    @Test
    void endsWhatExpiredEvenIfNobodyToldTheTime() {
        turn.allocated();
        turn.now += 600 * TurnFixture.SECOND;

        assertThat(turn.ask(ALICE, Method.REFRESH, NOTHING).code()).isEqualTo(437);
        assertThat(turn.server.allocations()).isZero();
        assertThat(turn.allocate(ALICE).code()).isZero();
    }

    @Test
    void givesTheAllocationBackWithLifetimeZero() {
        turn.allocated();
        byte[] request = turn.signed(ALICE, "alice", Method.REFRESH, DELETE);

        Answer answer = turn.deliver(ALICE, request);

        assertThat(answer.number(NumberAttribute.LIFETIME)).isZero();
        assertThat(turn.out.reports.getFirst().reason()).isEqualTo(AllocationEnd.DELETED);
        assertThat(turn.server.nextDeadlineNanos()).isEqualTo(TurnServer.NO_DEADLINE);
        assertThat(turn.quotas.remembered()).isZero();
        assertThat(turn.deliver(ALICE, request).bytes()).as("the same request again").isEqualTo(answer.bytes());
        assertThat(turn.ask(ALICE, Method.REFRESH, DELETE).code()).as("another request").isEqualTo(437);
    }

    @Test
    void answers441ToAnotherUser() {
        turn.allocated();

        assertThat(turn.ask(ALICE, "bob", Method.REFRESH, DELETE).code()).isEqualTo(441);
        assertThat(turn.server.allocations()).isOne();
    }

    @Test
    void answers443ForAFamilyTheAllocationHasNot() {
        turn.allocated();

        assertThat(turn.ask(ALICE, Method.REFRESH, number(NumberAttribute.REQUESTED_ADDRESS_FAMILY, 2)).code())
                .isEqualTo(443);
        assertThat(turn.ask(ALICE, Method.REFRESH, number(NumberAttribute.REQUESTED_ADDRESS_FAMILY, 1)).code())
                .isZero();
    }

    @Test
    void answers400ForABrokenLifetime() {
        turn.allocated();

        assertThat(turn.ask(ALICE, Method.REFRESH, writer -> writer.add(AttributeType.LIFETIME)).code()).isEqualTo(400);
    }

    @Test
    void givesBackOneFamilyOfTwoWithItsChannelsAndPermissions() {
        turn.ask(ALICE, Method.ALLOCATE,
                transport(17).andThen(number(NumberAttribute.ADDITIONAL_ADDRESS_FAMILY, 2)));
        turn.ask(ALICE, Method.CHANNEL_BIND, number(NumberAttribute.CHANNEL_NUMBER, 0x4000).andThen(peer(PEER)));
        turn.ask(ALICE, Method.CHANNEL_BIND, number(NumberAttribute.CHANNEL_NUMBER, 0x4001).andThen(peer(PEER_V6)));

        turn.ask(ALICE, Method.REFRESH, DELETE.andThen(number(NumberAttribute.REQUESTED_ADDRESS_FAMILY, 1)));

        Allocation allocation = turn.server.find(ALICE);
        assertThat(allocation.relayed(Family.IPV4)).isNull();
        assertThat(allocation.channel(0x4000)).isNull();
        assertThat(allocation.channel(0x4001)).isNotNull();
        assertThat(allocation.permits(Family.IPV4, 0, PEER.low(), turn.now)).isFalse();
        assertThat(allocation.permits(Family.IPV6, PEER_V6.high(), PEER_V6.low(), turn.now)).isTrue();
        assertThat(turn.out.events).contains("unbound 4000", "closeRelay IPV4").doesNotContain("closeRelay");
        turn.ask(ALICE, Method.REFRESH, DELETE.andThen(number(NumberAttribute.REQUESTED_ADDRESS_FAMILY, 2)));
        assertThat(turn.server.allocations()).isZero();
    }

    @Test
    void answersTheSameAgainToWhoGivesBackOneFamily() {
        turn.ask(ALICE, Method.ALLOCATE,
                transport(17).andThen(number(NumberAttribute.ADDITIONAL_ADDRESS_FAMILY, 2)));
        byte[] request = turn.signed(ALICE, "alice", Method.REFRESH,
                DELETE.andThen(number(NumberAttribute.REQUESTED_ADDRESS_FAMILY, 1)));

        Answer answer = turn.deliver(ALICE, request);

        assertThat(answer.number(NumberAttribute.LIFETIME)).isZero();
        assertThat(turn.deliver(ALICE, request).bytes()).isEqualTo(answer.bytes());
        assertThat(turn.server.find(ALICE).relayed(Family.IPV6)).isNotNull();
    }

    @Test
    void refreshesOneFamilyOfTwoAndLetsTheOtherExpire() {
        turn.ask(ALICE, Method.ALLOCATE,
                transport(17).andThen(number(NumberAttribute.ADDITIONAL_ADDRESS_FAMILY, 2)));
        turn.ask(ALICE, Method.CHANNEL_BIND, number(NumberAttribute.CHANNEL_NUMBER, 0x4000).andThen(peer(PEER)));
        turn.ask(ALICE, Method.CHANNEL_BIND, number(NumberAttribute.CHANNEL_NUMBER, 0x4001).andThen(peer(PEER_V6)));
        Allocation allocation = turn.server.find(ALICE);
        turn.pass(590);

        assertThat(turn.ask(ALICE, Method.REFRESH, number(NumberAttribute.REQUESTED_ADDRESS_FAMILY, 2)).code())
                .isZero();
        turn.pass(10);

        assertThat(allocation.relayed(Family.IPV4)).isNull();
        assertThat(allocation.relayed(Family.IPV6)).isNotNull();
        assertThat(turn.out.events).contains("closeRelay IPV4", "unbound 4000");
        turn.pass(589);
        assertThat(turn.server.allocations()).isOne();
        turn.pass(1);
        assertThat(turn.server.allocations()).isZero();
    }

    @Test
    void refreshesBothFamiliesIfItNamesNone() {
        turn.ask(ALICE, Method.ALLOCATE,
                transport(17).andThen(number(NumberAttribute.ADDITIONAL_ADDRESS_FAMILY, 2)));
        Allocation allocation = turn.server.find(ALICE);
        turn.pass(500);
        turn.ask(ALICE, Method.REFRESH, NOTHING);
        turn.pass(500);

        assertThat(allocation.relayed(Family.IPV4)).isNotNull();
        assertThat(allocation.relayed(Family.IPV6)).isNotNull();
    }

    @Test
    void canShortenTheLifeOfOneFamily() {
        turn.ask(ALICE, Method.ALLOCATE, transport(17).andThen(number(NumberAttribute.LIFETIME, 3600))
                .andThen(number(NumberAttribute.ADDITIONAL_ADDRESS_FAMILY, 2)));

        turn.ask(ALICE, Method.REFRESH, number(NumberAttribute.REQUESTED_ADDRESS_FAMILY, 1));

        assertThat(turn.server.nextDeadlineNanos()).isEqualTo(turn.now + 600 * TurnFixture.SECOND);
        turn.now += 600 * TurnFixture.SECOND;
        assertThat(turn.ask(ALICE, Method.REFRESH, number(NumberAttribute.REQUESTED_ADDRESS_FAMILY, 1)).code())
                .as("it expired, though nobody told the time").isEqualTo(443);
        assertThat(turn.ask(ALICE, Method.REFRESH, number(NumberAttribute.REQUESTED_ADDRESS_FAMILY, 2)).code())
                .isZero();
    }

    @Test
    void endsWithTheStreamItCameOver() {
        turn.allocatedTcp();

        turn.server.onDisconnected(TurnFixture.STREAM, turn.now);

        assertThat(turn.out.reports.getFirst().reason()).isEqualTo(AllocationEnd.DISCONNECTED);
    }

    @Test
    void endsOnceIfItsSocketsBreak() {
        Allocation allocation = turn.allocated();

        turn.server.onRelayBroken(allocation, turn.now);
        turn.server.onRelayBroken(allocation, turn.now);

        assertThat(turn.out.reports).hasSize(1);
        assertThat(turn.out.reports.getFirst().reason()).isEqualTo(AllocationEnd.FAULT);
    }
}
