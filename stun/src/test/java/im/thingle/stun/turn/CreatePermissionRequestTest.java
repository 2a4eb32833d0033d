// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import static im.thingle.stun.turn.TurnFixture.ALICE;
import static im.thingle.stun.turn.TurnFixture.PEER;
import static im.thingle.stun.turn.TurnFixture.PEER_V6;
import static im.thingle.stun.turn.TurnFixture.PRIVATE;
import static im.thingle.stun.turn.TurnFixture.ip;
import static im.thingle.stun.turn.TurnFixture.peer;
import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.attribute.TransportAddress.Family;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.Method;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CreatePermissionRequestTest {
    private static final TransportAddress OTHER = ip("8.8.8.8", 0);

    private final TurnFixture turn = new TurnFixture();

    @Test
    void permitsAllPeersItNamesForFiveMinutes() {
        Allocation allocation = turn.allocated();

        assertThat(ask(PEER, OTHER).code()).isZero();

        assertThat(permits(allocation, PEER)).isTrue();
        assertThat(permits(allocation, OTHER)).isTrue();
        assertThat(permits(allocation, ip("8.8.4.5", 1))).isFalse();
        turn.now += 300 * TurnFixture.SECOND - 1;
        assertThat(permits(allocation, PEER)).isTrue();
        turn.now++;
        assertThat(permits(allocation, PEER)).isFalse();
    }

    @Test
    void tellsWhenSomebodyIsPermittedWhoWasNot() {
        turn.allocated();

        ask(PEER);
        assertThat(turn.out.permitted).isEqualTo(1);
        ask(PEER);
        assertThat(turn.out.permitted).isEqualTo(1);
        ask(PEER, OTHER);
        assertThat(turn.out.permitted).isEqualTo(2);
        ask(PEER, PRIVATE);
        assertThat(turn.out.permitted).isEqualTo(2);
        turn.pass(300);
        ask(PEER);
        assertThat(turn.out.permitted).isEqualTo(3);
    }

    @Test
    void refreshesAPermission() {
        Allocation allocation = turn.allocated();
        ask(PEER);
        turn.pass(299);
        ask(PEER);
        turn.pass(299);

        assertThat(permits(allocation, PEER)).isTrue();
    }

    @Test
    void permitsNobodyIfOneIsForbidden() {
        Allocation allocation = turn.allocated();

        assertThat(ask(PEER, PRIVATE).code()).isEqualTo(403);

        assertThat(permits(allocation, PEER)).isFalse();
        assertThat(turn.out.refusals).containsExactly(TurnRefusal.PEER_FORBIDDEN);
        assertThat(turn.out.rules.getFirst()).startsWith("10.0.0.0/8");
    }

    @Test
    void answers443ForAFamilyTheAllocationHasNot() {
        turn.allocated();

        assertThat(ask(PEER_V6).code()).isEqualTo(443);
    }

    @Test
    void answers400WithoutPeersAndForWhatIsNoAddress() {
        turn.allocated();

        assertThat(ask().code()).isEqualTo(400);
        assertThat(turn.ask(ALICE, Method.CREATE_PERMISSION, writer -> writer.add(AttributeType.XOR_PEER_ADDRESS, 1))
                .code())
                .isEqualTo(400);
    }

    @Test
    void answers437WithoutAllocationAnd441ToAnotherUser() {
        assertThat(ask(PEER).code()).isEqualTo(437);
        turn.allocated();
        assertThat(turn.ask(ALICE, "bob", Method.CREATE_PERMISSION, peer(PEER)).code()).isEqualTo(441);
    }

    @Test
    void answers508ForMoreThanTheAllocationMayHaveUntilSomeAreOver() {
        Allocation allocation = turn.allocated();
        for (int i = 1; i <= 8; i++) {
            assertThat(ask(ip("8.8.4." + i, 0)).code()).isZero();
        }

        assertThat(ask(OTHER).code()).isEqualTo(508);
        assertThat(ask(ip("8.8.4.1", 0), ip("8.8.4.2", 7)).code()).as("the same again").isZero();
        assertThat(permits(allocation, OTHER)).isFalse();
        turn.now += 300 * TurnFixture.SECOND;
        assertThat(ask(OTHER).code()).isZero();
    }

    @Test
    void countsAPeerOnceHoweverOftenItIsNamed() {
        turn.allocated();
        TransportAddress[] same = new TransportAddress[9];
        Arrays.setAll(same, i -> ip("8.8.4.4", i));

        assertThat(ask(same).code()).isZero();
    }

    private Answer ask(TransportAddress... peers) {
        return turn.ask(ALICE, Method.CREATE_PERMISSION, peer(peers));
    }

    private boolean permits(Allocation allocation, TransportAddress peer) {
        return allocation.permits(Family.IPV4, 0, peer.low(), turn.now);
    }
}
