// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import static im.thingle.stun.turn.TurnFixture.ALICE;
import static im.thingle.stun.turn.TurnFixture.BOB;
import static im.thingle.stun.turn.TurnFixture.STREAM;
import static im.thingle.stun.turn.TurnFixture.number;
import static im.thingle.stun.turn.TurnFixture.transport;
import static im.thingle.stun.turn.TurnFixture.udp;
import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.stun.attribute.AddressErrorCode;
import im.thingle.stun.attribute.BytesAttribute;
import im.thingle.stun.attribute.NumberAttribute;
import im.thingle.stun.attribute.TextAttribute;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.attribute.TransportAddress.Family;
import im.thingle.stun.auth.LongTermKey;
import im.thingle.stun.auth.MessageIntegrity;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.ErrorCode;
import im.thingle.stun.message.MessageClass;
import im.thingle.stun.message.Method;
import im.thingle.stun.message.StunMessageWriter;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AllocateRequestTest {
    private static final Consumer<StunMessageWriter> UDP = transport(NumberAttribute.UDP);
    private static final Consumer<StunMessageWriter> TCP = transport(NumberAttribute.TCP);
    private static final Consumer<StunMessageWriter> EVEN = number(NumberAttribute.EVEN_PORT, 0);
    private static final Consumer<StunMessageWriter> EVEN_AND_NEXT = number(NumberAttribute.EVEN_PORT, 1);
    private static final Consumer<StunMessageWriter> IPV4 = number(NumberAttribute.REQUESTED_ADDRESS_FAMILY, 1);
    private static final Consumer<StunMessageWriter> IPV6 = number(NumberAttribute.REQUESTED_ADDRESS_FAMILY, 2);
    private static final Consumer<StunMessageWriter> BOTH = number(NumberAttribute.ADDITIONAL_ADDRESS_FAMILY, 2);
    private static final Consumer<StunMessageWriter> TOKEN =
            writer -> BytesAttribute.RESERVATION_TOKEN.write(writer, new byte[] {1, 2, 3, 4, 5, 6, 7, 8});

    private final TurnFixture turn = new TurnFixture();

    @Test
    void answersARelayedAddressAndIsSigned() {
        Answer answer = turn.allocate(ALICE);

        assertThat(answer.code()).isZero();
        assertThat(answer.addresses(AttributeType.XOR_RELAYED_ADDRESS))
                .containsExactly(TurnFixture.ip("1.0.0.2", 50000));
        assertThat(answer.addresses(AttributeType.XOR_MAPPED_ADDRESS)).containsExactly(ALICE.client());
        assertThat(answer.number(NumberAttribute.LIFETIME)).isEqualTo(600);
        assertThat(TextAttribute.SOFTWARE.read(answer.message())).contains("Thingle");
        assertThat(MessageIntegrity.sha1().verify(answer.message(), LongTermKey.md5("alice", "thingle.im", "secret-a")))
                .isTrue();
        assertThat(turn.out.events).containsExactly("relayOpened", "started");
    }

    @Test
    void tellsAStrangerOnlyWhatItNeedsAndKeepsNothing() {
        Answer answer = turn.deliver(ALICE, turn.plain(MessageClass.REQUEST, Method.ALLOCATE, UDP));

        assertThat(answer.code()).isEqualTo(401);
        assertThat(answer.has(AttributeType.NONCE)).isTrue();
        assertThat(answer.has(AttributeType.SOFTWARE)).isFalse();
        assertThat(answer.has(AttributeType.MESSAGE_INTEGRITY)).isFalse();
        assertThat(turn.server.entries()).isZero();
        assertThat(turn.quotas.remembered()).isZero();
    }

    @Test
    void answersTheSameToTheSameRequestAgain() {
        byte[] request = turn.signed(ALICE, "alice", Method.ALLOCATE, UDP);
        Answer first = turn.deliver(ALICE, request);
        turn.pass(20);

        Answer second = turn.deliver(ALICE, request);

        assertThat(second.bytes()).isEqualTo(first.bytes());
        assertThat(turn.server.allocations()).isOne();
    }

    @Test
    void answers437IfThereIsAnAllocation() {
        turn.allocated();

        assertThat(turn.allocate(ALICE).code()).isEqualTo(437);
        assertThat(turn.out.refusals).containsExactly(TurnRefusal.ALLOCATION_MISMATCH);
    }

    @Test
    void doesNotOpenTwiceWhatIsBeingOpened() {
        turn.opens = false;
        byte[] request = turn.signed(ALICE, "alice", Method.ALLOCATE, UDP);

        assertThat(turn.deliver(ALICE, request)).isNull();
        assertThat(turn.deliver(ALICE, request)).isNull();
        assertThat(turn.out.openings).hasSize(1);
        assertThat(turn.allocate(ALICE).code()).isEqualTo(437);
        turn.opens = true;
        turn.settle();
        assertThat(turn.last().code()).isZero();
    }

    @Test
    void cleansUpIfTheStreamGoesWhileItsSocketIsOpened() {
        turn.opens = false;
        turn.ask(STREAM, Method.ALLOCATE, UDP);

        turn.server.onDisconnected(STREAM, turn.now);
        turn.opens = true;
        turn.settle();

        assertThat(turn.out.events).containsExactly("relayUnwanted");
        assertThat(turn.server.entries()).isZero();
        assertThat(turn.quotas.remembered()).isZero();
    }

    @Test
    void answers400WithoutARequestedTransport() {
        assertThat(turn.ask(ALICE, Method.ALLOCATE, writer -> {}).code()).isEqualTo(400);
        assertThat(turn.ask(ALICE, Method.ALLOCATE, writer -> writer.add(AttributeType.REQUESTED_TRANSPORT)).code())
                .isEqualTo(400);
    }

    @Test
    void answers442ForWhatIsNeitherUdpNorTcp() {
        assertThat(turn.ask(ALICE, Method.ALLOCATE, transport(132)).code()).isEqualTo(442);
    }

    @Test
    void answers400ForTcpOverUdpAndWithWhatTcpDoesNotKnow() {
        assertThat(turn.ask(ALICE, Method.ALLOCATE, TCP).code()).isEqualTo(400);
        assertThat(turn.ask(STREAM, Method.ALLOCATE, TCP.andThen(EVEN)).code()).isEqualTo(400);
        assertThat(turn.ask(STREAM, Method.ALLOCATE, TCP.andThen(TOKEN)).code()).isEqualTo(400);
        assertThat(turn.ask(STREAM, Method.ALLOCATE, TCP.andThen(number(NumberAttribute.DONT_FRAGMENT, 0))).code())
                .isEqualTo(400);
        assertThat(turn.ask(STREAM, Method.ALLOCATE, TCP).code()).isZero();
        assertThat(turn.server.find(STREAM).tcp()).isTrue();
    }

    @Test
    void answers400ForAttributesThatContradictEachOther() {
        assertThat(code(TOKEN.andThen(EVEN))).isEqualTo(400);
        assertThat(code(TOKEN.andThen(IPV4))).isEqualTo(400);
        assertThat(code(TOKEN.andThen(BOTH))).isEqualTo(400);
        assertThat(code(IPV4.andThen(BOTH))).isEqualTo(400);
        assertThat(code(BOTH.andThen(EVEN_AND_NEXT))).isEqualTo(400);
        assertThat(code(number(NumberAttribute.ADDITIONAL_ADDRESS_FAMILY, 1))).isEqualTo(400);
        assertThat(code(writer -> writer.add(AttributeType.RESERVATION_TOKEN, 1))).isEqualTo(400);
        assertThat(code(writer -> writer.add(AttributeType.LIFETIME))).isEqualTo(400);
    }

    @Test
    void answers440ForAFamilyThereIsNot() {
        assertThat(code(number(NumberAttribute.REQUESTED_ADDRESS_FAMILY, 3))).isEqualTo(440);
    }

    /** turnutils_uclient 4.6.1 asks for the second family by the number that a draft gave the attribute. */
    @Test
    void givesBothFamiliesToClientsOfTheDraft() {
        Answer answer = turn.ask(ALICE, Method.ALLOCATE,
                UDP.andThen(number(NumberAttribute.DRAFT_ADDITIONAL_ADDRESS_FAMILY, 2)));

        assertThat(answer.addresses(AttributeType.XOR_RELAYED_ADDRESS)).hasSize(2);
    }

    @Test
    void givesBothFamilies() {
        Answer answer = turn.ask(ALICE, Method.ALLOCATE, UDP.andThen(BOTH).andThen(EVEN));

        assertThat(answer.addresses(AttributeType.XOR_RELAYED_ADDRESS)).extracting(TransportAddress::family)
                .containsExactly(Family.IPV4, Family.IPV6);
        assertThat(answer.has(AttributeType.ADDRESS_ERROR_CODE)).isFalse();
    }

    @Test
    void saysWhichFamilyOfTwoItCouldNotGive() {
        turn.hasIpv6 = false;
        Answer answer = turn.ask(ALICE, Method.ALLOCATE, UDP.andThen(BOTH));

        assertThat(answer.code()).isZero();
        assertThat(answer.addresses(AttributeType.XOR_RELAYED_ADDRESS)).hasSize(1);
        assertThat(AddressErrorCode.read(answer.message())).contains(new AddressErrorCode(Family.IPV6, 440));
    }

    @Test
    void givesIpv6AloneIfThatIsAskedFor() {
        turn.ask(ALICE, Method.ALLOCATE, UDP.andThen(IPV6));

        assertThat(turn.server.find(ALICE).relayed(Family.IPV4)).isNull();
        assertThat(turn.server.find(ALICE).relayed(Family.IPV6)).isNotNull();
    }

    @Test
    void passesOnWhatIsAskedOfThePort() {
        turn.opens = false;
        turn.ask(ALICE, Method.ALLOCATE, UDP.andThen(EVEN_AND_NEXT).andThen(number(NumberAttribute.DONT_FRAGMENT, 0)));
        turn.ask(BOB, "bob", Method.ALLOCATE, UDP.andThen(TOKEN));

        assertThat(turn.out.openings.get(0).wanted())
                .isEqualTo(new RelayRequest(true, false, false, true, true, null, true));
        assertThat(turn.out.openings.get(1).wanted().reservationToken()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    }

    @Test
    void hasTheReservationTokenInItsAnswer() {
        turn.token = new byte[] {8, 7, 6, 5, 4, 3, 2, 1};
        Answer answer = turn.ask(ALICE, Method.ALLOCATE, UDP.andThen(EVEN_AND_NEXT));

        assertThat(answer.value(AttributeType.RESERVATION_TOKEN)).containsExactly(8, 7, 6, 5, 4, 3, 2, 1);
    }

    @ParameterizedTest
    @CsvSource({"0, 600", "1, 600", "600, 600", "601, 601", "3600, 3600", "3601, 3600", "4294967295, 3600"})
    void clampsTheLifetime(long asked, long granted) {
        Answer answer = turn.ask(ALICE, Method.ALLOCATE, UDP.andThen(number(NumberAttribute.LIFETIME, asked)));

        assertThat(answer.number(NumberAttribute.LIFETIME)).isEqualTo(granted);
    }

    @Test
    void answers486IfTheUserHasAsManyAsItMayAndAgainNotWhenOneIsGone() {
        for (int i = 0; i < 10; i++) {
            assertThat(turn.allocate(udp("9.0.0.1", 40000 + i)).code()).isZero();
        }

        assertThat(turn.allocate(udp("9.0.2.1", 1)).code()).isEqualTo(486);
        assertThat(turn.out.refusals).containsExactly(TurnRefusal.ALLOCATIONS_PER_USER);
        assertThat(turn.ask(udp("9.0.2.1", 2), "bob", Method.ALLOCATE, UDP).code()).isZero();
        turn.ask(ALICE, Method.REFRESH, number(NumberAttribute.LIFETIME, 0));
        assertThat(turn.allocate(udp("9.0.2.1", 3)).code()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"INSUFFICIENT_CAPACITY, 508, PORTS_EXHAUSTED", "ADDRESS_FAMILY_NOT_SUPPORTED, 440, FAMILY",
            "UNSUPPORTED_TRANSPORT_PROTOCOL, 442, UNSUPPORTED_TRANSPORT"})
    void saysWhyNoSocketCouldBeHadAndGivesTheQuotaBack(ErrorCode why, int code, TurnRefusal refusal) {
        turn.opens = false;
        turn.ask(ALICE, Method.ALLOCATE, UDP);

        turn.server.onRelayFailed(turn.out.openings.getFirst().request(), why, turn.now);

        assertThat(turn.last().code()).isEqualTo(code);
        assertThat(turn.last().has(AttributeType.MESSAGE_INTEGRITY)).isTrue();
        assertThat(turn.out.refusals).containsExactly(refusal);
        assertThat(turn.quotas.remembered()).isZero();
        assertThat(turn.server.entries()).isZero();
    }

    @Test
    void takesNobodyNewWhileItDrains() {
        turn.allocated();
        turn.server.drain();

        assertThat(turn.allocate(BOB).code()).isEqualTo(508);
        assertThat(turn.ask(ALICE, Method.REFRESH, writer -> {}).code()).isZero();
        turn.server.close(AllocationEnd.DRAINED, turn.now);
        assertThat(turn.out.reports.getFirst().reason()).isEqualTo(AllocationEnd.DRAINED);
        assertThat(turn.server.entries()).isZero();
        assertThat(turn.quotas.remembered()).isZero();
    }

    @Test
    void answers420ForAttributesOfIce() {
        assertThat(code(writer -> writer.add(AttributeType.PRIORITY, 1))).isEqualTo(420);
    }

    private int code(Consumer<StunMessageWriter> more) {
        return turn.ask(ALICE, Method.ALLOCATE, UDP.andThen(more)).code();
    }
}
