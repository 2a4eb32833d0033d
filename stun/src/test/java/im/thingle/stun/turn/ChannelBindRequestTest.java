// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import static im.thingle.stun.turn.TurnFixture.ALICE;
import static im.thingle.stun.turn.TurnFixture.PEER;
import static im.thingle.stun.turn.TurnFixture.PEER_V6;
import static im.thingle.stun.turn.TurnFixture.PRIVATE;
import static im.thingle.stun.turn.TurnFixture.ip;
import static im.thingle.stun.turn.TurnFixture.number;
import static im.thingle.stun.turn.TurnFixture.peer;
import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.stun.attribute.NumberAttribute;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.attribute.TransportAddress.Family;
import im.thingle.stun.message.Method;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelBindRequestTest {
    private final TurnFixture turn = new TurnFixture();

    @Test
    void bindsNumberAndPeerBothWaysAndPermits() {
        Allocation allocation = turn.allocated();

        assertThat(bind(0x4000, PEER).code()).isZero();

        Channel channel = allocation.channel(0x4000);
        assertThat(channel.peer()).isEqualTo(PEER);
        assertThat(allocation.channelTo(PEER.high(), PEER.low(), PEER.port(), Family.IPV4)).isSameAs(channel);
        assertThat(allocation.channelTo(PEER.high(), PEER.low(), PEER.port() + 1, Family.IPV4)).isNull();
        assertThat(allocation.permits(Family.IPV4, 0, PEER.low(), turn.now)).isTrue();
        assertThat(turn.out.events).endsWith("bound 4000");
        assertThat(turn.out.permitted).isEqualTo(1);
        bind(0x4000, PEER);
        assertThat(turn.out.permitted).isEqualTo(1);
    }

    @Test
    void keepsTheChannelWhenItIsBoundAgain() {
        Allocation allocation = turn.allocated();
        bind(0x4000, PEER);
        Channel channel = allocation.channel(0x4000);
        turn.pass(500);
        turn.ask(ALICE, Method.REFRESH, writer -> {});
        assertThat(bind(0x4000, PEER).code()).isZero();
        turn.pass(500);

        assertThat(allocation.channel(0x4000)).isSameAs(channel);
        assertThat(channel.isLive(turn.now)).isTrue();
        assertThat(turn.out.events).doesNotContain("unbound 4000");
    }

    @Test
    void unbindsAfterTenMinutes() {
        turn.ask(ALICE, Method.ALLOCATE, TurnFixture.transport(17).andThen(number(NumberAttribute.LIFETIME, 3600)));
        Allocation allocation = turn.server.find(ALICE);
        bind(0x4000, PEER);
        Channel channel = allocation.channel(0x4000);
        turn.now += 600 * TurnFixture.SECOND - 1;
        assertThat(channel.isLive(turn.now)).isTrue();
        turn.now++;
        assertThat(channel.isLive(turn.now)).isFalse();

        turn.pass(0);

        assertThat(allocation.channel(0x4000)).isNull();
        assertThat(turn.out.events).endsWith("unbound 4000");
        assertThat(bind(0x4001, PEER).code()).isZero();
    }

    @Test
    void answers400ForANumberOfAnotherPeerAndAPeerOfAnotherNumber() {
        Allocation allocation = turn.allocated();
        bind(0x4000, PEER);
        bind(0x4001, ip("8.8.8.8", 9999));

        assertThat(bind(0x4000, ip("8.8.4.4", 50001)).code()).isEqualTo(400);
        assertThat(bind(0x4002, PEER).code()).isEqualTo(400);
        assertThat(bind(0x4001, PEER).code()).isEqualTo(400);
        assertThat(allocation.channel(0x4000).peer()).isEqualTo(PEER);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 0x3FFF, 0x8000, 0xFFFF})
    void answers400ForWhatIsNoChannelNumber(int number) {
        turn.allocated();

        assertThat(bind(number, PEER).code()).isEqualTo(400);
    }

    @Test
    void takesTheFirstAndTheLastNumber() {
        turn.allocated();

        assertThat(bind(0x4000, PEER).code()).isZero();
        assertThat(bind(0x7FFF, ip("8.8.8.8", 9999)).code()).isZero();
    }

    @Test
    void answers400IfSomethingIsMissing() {
        turn.allocated();

        assertThat(turn.ask(ALICE, Method.CHANNEL_BIND, peer(PEER)).code()).isEqualTo(400);
        assertThat(turn.ask(ALICE, Method.CHANNEL_BIND, number(NumberAttribute.CHANNEL_NUMBER, 0x4000)).code())
                .isEqualTo(400);
    }

    @Test
    void answers403And443ForPeersItMayNotHave() {
        turn.allocated();

        assertThat(bind(0x4000, PRIVATE).code()).isEqualTo(403);
        assertThat(bind(0x4000, ip("8.8.4.4", 53)).code()).as("low port").isEqualTo(403);
        assertThat(bind(0x4000, PEER_V6).code()).isEqualTo(443);
        assertThat(turn.out.events).doesNotContain("bound 4000");
    }

    @Test
    void answers508ForMoreThanTheAllocationMayHave() {
        turn.allocated();
        for (int i = 0; i < 4; i++) {
            assertThat(bind(0x4000 + i, ip("8.8.4.4", 50000 + i)).code()).isZero();
        }

        assertThat(bind(0x4004, ip("8.8.4.4", 50004)).code()).isEqualTo(508);
        assertThat(turn.out.refusals).containsExactly(TurnRefusal.CHANNELS);
        assertThat(bind(0x4003, ip("8.8.4.4", 50003)).code()).isZero();
    }

    @Test
    void unbindsAllWhenTheAllocationEnds() {
        turn.allocated();
        bind(0x4000, PEER);
        turn.ask(ALICE, Method.REFRESH, number(NumberAttribute.LIFETIME, 0));

        assertThat(turn.out.events).endsWith("unbound 4000", "closeRelay", "ended deleted");
    }

    private Answer bind(int number, TransportAddress peer) {
        return turn.ask(ALICE, Method.CHANNEL_BIND, number(NumberAttribute.CHANNEL_NUMBER, number).andThen(peer(peer)));
    }
}
