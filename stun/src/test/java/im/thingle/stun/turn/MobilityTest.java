// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import static im.thingle.stun.turn.TurnFixture.ALICE;
import static im.thingle.stun.turn.TurnFixture.BOB;
import static im.thingle.stun.turn.TurnFixture.PEER;
import static im.thingle.stun.turn.TurnFixture.STREAM;
import static im.thingle.stun.turn.TurnFixture.number;
import static im.thingle.stun.turn.TurnFixture.peer;
import static im.thingle.stun.turn.TurnFixture.transport;
import static im.thingle.stun.turn.TurnFixture.udp;
import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.stun.attribute.NumberAttribute;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.MessageClass;
import im.thingle.stun.message.Method;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.message.StunMessageWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class MobilityTest {
    private static final FiveTuple NEW = udp("9.0.5.5", 45000);
    private static final FiveTuple NEWER = udp("9.0.6.6", 46000);
    private static final Consumer<StunMessageWriter> WANTED =
            transport(17).andThen(writer -> writer.add(AttributeType.MOBILITY_TICKET));

    private final TurnFixture turn = new TurnFixture();

    @Test
    void givesATicketToWhoAsksForOne() {
        assertThat(turn.allocate(BOB).has(AttributeType.MOBILITY_TICKET)).isFalse();
        assertThat(new String(first(), StandardCharsets.US_ASCII)).matches("[A-Za-z0-9_-]{32}");
    }

    @Test
    void answers400IfTheFirstTicketIsNotEmpty() {
        assertThat(turn.ask(ALICE, Method.ALLOCATE,
                transport(17).andThen(writer -> writer.add(AttributeType.MOBILITY_TICKET, 1))).code()).isEqualTo(400);
    }

    @Test
    void opensASecondPlaceWhereTheTicketIsShownAndGivesANewOne() {
        byte[] ticket = first();
        Allocation allocation = turn.server.find(ALICE);

        Answer answer = refresh(NEW, "alice", ticket);

        assertThat(answer.code()).isZero();
        assertThat(answer.to()).isEqualTo(NEW);
        assertThat(answer.value(AttributeType.MOBILITY_TICKET)).isNotEqualTo(ticket);
        assertThat(turn.server.find(NEW)).isSameAs(allocation);
        assertThat(turn.server.find(ALICE)).isSameAs(allocation);
        assertThat(allocation.client()).isEqualTo(ALICE);
        assertThat(turn.out.events).endsWith("moving 45000");
        assertThat(turn.server.allocations()).isOne();
    }

    @Test
    void sendsDataToTheOldPlaceUntilTheClientIsActiveInTheNewOne() {
        refresh(NEW, "alice", first());
        Allocation allocation = turn.server.find(ALICE);
        assertThat(turn.ask(ALICE, Method.CREATE_PERMISSION, peer(PEER)).code()).isZero();
        assertThat(dataGoesTo(allocation)).isEqualTo(ALICE);

        turn.ask(NEW, Method.CREATE_PERMISSION, peer(PEER));

        assertThat(turn.out.events).endsWith("moved 40000 45000");
        assertThat(dataGoesTo(allocation)).isEqualTo(NEW);
        assertThat(turn.server.find(ALICE)).isNull();
        assertThat(turn.allocate(ALICE).code()).isZero();
    }

    @Test
    void movesWithASendIndication() {
        refresh(NEW, "alice", first());
        turn.ask(ALICE, Method.CREATE_PERMISSION, peer(PEER));

        send(ALICE);
        assertThat(turn.server.find(ALICE).client()).isEqualTo(ALICE);
        send(NEW);

        assertThat(turn.server.find(ALICE)).isNull();
        assertThat(turn.server.find(NEW).client()).isEqualTo(NEW);
    }

    @Test
    void movesWithChannelData() {
        refresh(NEW, "alice", first());

        turn.server.onActive(ALICE);
        assertThat(turn.server.find(ALICE).client()).isEqualTo(ALICE);
        turn.server.onActive(NEW);
        turn.server.onActive(NEW);

        assertThat(turn.server.find(ALICE)).isNull();
        assertThat(turn.out.events).endsWith("moving 45000", "moved 40000 45000");
    }

    @Test
    void isAboutToMoveToOnePlaceAtMost() {
        byte[] second = refresh(NEW, "alice", first()).value(AttributeType.MOBILITY_TICKET);

        assertThat(refresh(NEWER, "alice", second).code()).isZero();

        assertThat(turn.server.find(NEW)).isNull();
        assertThat(turn.out.events).endsWith("moving 45000", "not moving 45000", "moving 46000");
        turn.server.onActive(NEW);
        assertThat(turn.server.find(ALICE).client()).isEqualTo(ALICE);
    }

    @Test
    void triesAThirdPlaceWithTheOldTicketAndRepeatsThatToo() {
        byte[] ticket = first();
        byte[] lost = refresh(NEW, "alice", ticket).value(AttributeType.MOBILITY_TICKET);
        byte[] request = turn.signed(NEWER, "alice", Method.REFRESH, show(ticket));

        Answer answer = turn.deliver(NEWER, request);

        assertThat(answer.value(AttributeType.MOBILITY_TICKET)).isEqualTo(lost);
        assertThat(turn.deliver(NEWER, request).bytes()).isEqualTo(answer.bytes());
    }

    @Test
    void movesAtOnceWhenTheOldPathEnds() {
        byte[] ticket = turn.ask(STREAM, Method.ALLOCATE, WANTED).value(AttributeType.MOBILITY_TICKET);
        refresh(NEW, "alice", ticket);

        turn.server.onDisconnected(STREAM, turn.now);

        assertThat(turn.server.find(NEW).client()).isEqualTo(NEW);
        assertThat(turn.out.events).endsWith("moved 41000 45000");
        assertThat(refresh(NEWER, "alice", ticket).code()).as("the answer may have been lost").isZero();
    }

    @Test
    void staysWhenTheNewPathEnds() {
        byte[] ticket = first();
        refresh(STREAM, "alice", ticket);

        turn.server.onDisconnected(STREAM, turn.now);

        assertThat(turn.server.find(ALICE).client()).isEqualTo(ALICE);
        assertThat(turn.server.find(STREAM)).isNull();
        assertThat(turn.out.events).endsWith("not moving 41000");
        assertThat(refresh(NEW, "alice", ticket).code()).isZero();
    }

    @Test
    void forgetsBothPlacesOfAnAllocationThatEnds() {
        refresh(NEW, "alice", first());

        turn.pass(600);

        assertThat(turn.server.entries()).isZero();
    }

    @Test
    void answersTheSameMoveAgainWithTheSameTicket() {
        byte[] ticket = first();
        byte[] request = turn.signed(NEW, "alice", Method.REFRESH, show(ticket));
        Answer answer = turn.deliver(NEW, request);

        assertThat(turn.deliver(NEW, request).bytes()).isEqualTo(answer.bytes());
        assertThat(turn.out.events.stream().filter(event -> event.startsWith("mov"))).containsExactly("moving 45000");
    }

    @Test
    void letsAClientThatLostTheAnswerGoOnWithItsOldTicket() {
        byte[] ticket = first();
        refresh(NEW, "alice", ticket);

        assertThat(refresh(ALICE, "alice", ticket).code()).isZero();
        assertThat(turn.server.find(ALICE).client()).isEqualTo(ALICE);
        assertThat(turn.server.find(NEW)).isNull();
        assertThat(turn.out.events).endsWith("not moving 45000");
    }

    @Test
    void refusesAnOldTicketOnceTheNewOneIsInUse() {
        byte[] ticket = first();
        byte[] second = refresh(NEW, "alice", ticket).value(AttributeType.MOBILITY_TICKET);
        refresh(NEW, "alice", second);

        assertThat(refresh(NEWER, "alice", ticket).code()).isEqualTo(400);
        assertThat(refresh(NEWER, "alice", second).code()).isZero();
    }

    @Test
    void refusesATicketOfAnotherUserAndAForgedOne() {
        byte[] ticket = first();

        assertThat(refresh(NEW, "bob", ticket).code()).isEqualTo(441);
        for (int i = 0; i < ticket.length; i++) {
            byte[] forged = ticket.clone();
            forged[i] ^= 1;
            assertThat(refresh(NEW, "alice", forged).code()).isEqualTo(400);
        }
        assertThat(refresh(NEW, "alice", new byte[0]).code()).isEqualTo(400);
        assertThat(turn.server.find(ALICE).client()).isEqualTo(ALICE);
    }

    @Test
    void doesNotMoveOntoAnotherAllocation() {
        byte[] ticket = first();
        turn.ask(NEW, Method.ALLOCATE, WANTED);

        assertThat(refresh(NEW, "alice", ticket).code()).isEqualTo(437);
    }

    @Test
    void keepsTheAllocationThatMovedToWhereAnotherWasBeingMade() {
        byte[] ticket = first();
        Allocation allocation = turn.server.find(ALICE);
        turn.opens = false;
        turn.allocate(NEW);
        refresh(NEW, "alice", ticket);
        turn.opens = true;
        turn.settle();

        assertThat(turn.last().code()).isEqualTo(437);
        assertThat(turn.server.find(NEW)).isSameAs(allocation);
        assertThat(turn.out.events).endsWith("relayUnwanted");
        turn.server.close(AllocationEnd.DRAINED, turn.now);
        assertThat(turn.quotas.remembered()).isZero();
        assertThat(turn.server.entries()).isZero();
    }

    @Test
    void takesTheQuotaAlongAndGivesItBackWhereItWasTaken() {
        byte[] ticket = first();
        for (FiveTuple place : new FiveTuple[] {NEW, NEWER, BOB, NEW}) {
            ticket = refresh(place, "alice", ticket).value(AttributeType.MOBILITY_TICKET);
        }
        for (int i = 1; i < 10; i++) {
            assertThat(turn.allocate(udp("9.0.7.7", 1000 + i)).code()).isZero();
        }

        assertThat(turn.allocate(udp("9.0.7.7", 2000)).code()).isEqualTo(486);
        turn.server.close(AllocationEnd.DRAINED, turn.now);
        assertThat(turn.quotas.remembered()).isZero();
        assertThat(turn.server.entries()).isZero();
    }

    @Test
    void keepsTheAllocationAndItsQuotaWhenTheStreamEnds() {
        byte[] ticket = turn.ask(STREAM, Method.ALLOCATE, WANTED).value(AttributeType.MOBILITY_TICKET);

        turn.server.onDisconnected(STREAM, turn.now);

        assertThat(turn.server.allocations()).isOne();
        assertThat(turn.server.find(STREAM)).isNull();
        assertThat(turn.quotas.remembered()).isEqualTo(2);
        assertThat(refresh(NEW, "alice", ticket).code()).isZero();
        turn.pass(600);
        assertThat(turn.server.entries()).isZero();
        assertThat(turn.quotas.remembered()).isZero();
    }

    @Test
    void findsTheAllocationAgainOnANewStreamFromTheSamePort() {
        byte[] ticket = turn.ask(STREAM, Method.ALLOCATE, WANTED).value(AttributeType.MOBILITY_TICKET);
        Allocation allocation = turn.server.find(STREAM);
        turn.server.onDisconnected(STREAM, turn.now);

        assertThat(refresh(STREAM, "alice", ticket).code()).isZero();

        assertThat(turn.server.find(STREAM)).isSameAs(allocation);
        assertThat(turn.out.events).endsWith("moved 41000 41000");
        turn.server.close(AllocationEnd.DRAINED, turn.now);
        assertThat(turn.server.entries()).isZero();
    }

    @Test
    void tellsNothingToWhoConnectsFromThePortOfAClientThatLeft() {
        turn.ask(STREAM, Method.ALLOCATE, WANTED);
        turn.ask(STREAM, Method.CREATE_PERMISSION, peer(PEER));
        Allocation allocation = turn.server.find(STREAM);
        turn.server.onDisconnected(STREAM, turn.now);
        int sent = turn.out.sent.size();

        turn.server.onPeerData(allocation, PEER, ByteBuffer.allocate(1), turn.now);
        turn.server.onPeerIcmp(allocation, PEER, 3, 1, 0, turn.now);

        assertThat(turn.server.onPeerAccepted(allocation, PEER, turn.now)).isZero();
        assertThat(turn.out.sent).hasSize(sent);
    }

    @Test
    void givesBackAnAllocationFromAnotherPlace() {
        byte[] ticket = first();

        byte[] request = turn.signed(NEW, "alice", Method.REFRESH,
                show(ticket).andThen(number(NumberAttribute.LIFETIME, 0)));
        Answer answer = turn.deliver(NEW, request);

        assertThat(answer.code()).isZero();
        assertThat(turn.server.entries()).isZero();
        assertThat(turn.deliver(NEW, request).bytes()).as("the same request again").isEqualTo(answer.bytes());
    }

    @Test
    void knowsItsOwnTickets() {
        byte[] ticket = first();
        byte[] request = turn.signed(NEW, "alice", Method.REFRESH, show(ticket));
        StunMessage message = new StunMessage();
        message.wrap(ByteBuffer.wrap(request), 0, request.length);

        assertThat(turn.server.recognises(message)).isTrue();
        assertThat(new TurnFixture().server.recognises(message)).isFalse();
    }

    @Test
    void ignoresOrForbidsMobilityIfTheOperatorDoesNotWantIt() {
        TurnFixture fixed = new TurnFixture(TurnFixture.settings(10, 8, 4, 0, false));

        Answer answer = fixed.ask(ALICE, Method.ALLOCATE, WANTED);

        assertThat(answer.code()).isZero();
        assertThat(answer.has(AttributeType.MOBILITY_TICKET)).isFalse();
        assertThat(fixed.ask(NEW, Method.REFRESH, show(new byte[32])).code()).isEqualTo(405);
    }

    private FiveTuple dataGoesTo(Allocation allocation) {
        turn.server.onPeerData(allocation, PEER, ByteBuffer.allocate(1), turn.now);
        return turn.last().to();
    }

    private void send(FiveTuple from) {
        turn.deliver(from, turn.plain(MessageClass.INDICATION, Method.SEND,
                peer(PEER).andThen(writer -> writer.add(AttributeType.DATA, 1))));
    }

    private byte[] first() {
        return turn.ask(ALICE, Method.ALLOCATE, WANTED).value(AttributeType.MOBILITY_TICKET);
    }

    private Answer refresh(FiveTuple from, String user, byte[] ticket) {
        return turn.ask(from, user, Method.REFRESH, show(ticket));
    }

    private static Consumer<StunMessageWriter> show(byte[] ticket) {
        return writer -> writer.add(AttributeType.MOBILITY_TICKET, ticket);
    }
}
