// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import static im.thingle.stun.turn.TurnFixture.ALICE;
import static im.thingle.stun.turn.TurnFixture.PEER;
import static im.thingle.stun.turn.TurnFixture.PEER_V6;
import static im.thingle.stun.turn.TurnFixture.ip;
import static im.thingle.stun.turn.TurnFixture.number;
import static im.thingle.stun.turn.TurnFixture.peer;
import static im.thingle.stun.turn.TurnFixture.transport;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.thingle.stun.attribute.IcmpAttribute;
import im.thingle.stun.attribute.NumberAttribute;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.MessageClass;
import im.thingle.stun.message.MessageType;
import im.thingle.stun.message.Method;
import im.thingle.stun.message.StunMessageWriter;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeerTrafficTest {
    private static final Consumer<StunMessageWriter> DATA =
            writer -> writer.add(AttributeType.DATA, new byte[] {1, 2, 3});

    private final TurnFixture turn = new TurnFixture();

    @Test
    void sendsToAPermittedPeer() {
        permitted();

        send(peer(PEER).andThen(DATA));

        assertThat(turn.out.events).endsWith("toPeer 50000 010203");
    }

    @Test
    void passesOnDontFragment() {
        permitted();

        send(peer(PEER).andThen(DATA).andThen(number(NumberAttribute.DONT_FRAGMENT, 0)));

        assertThat(turn.out.events).endsWith("toPeer 50000 010203 df");
    }

    @Test
    void sendsEmptyDatagramsToo() {
        permitted();

        send(peer(PEER).andThen(writer -> writer.add(AttributeType.DATA)));

        assertThat(turn.out.events).endsWith("toPeer 50000 ");
    }

    @Test
    void dropsWithoutAWordWhatMayNotPass() {
        permitted();
        int sent = turn.out.sent.size();

        send(peer(ip("8.8.8.8", 50000)).andThen(DATA));
        send(peer(PEER_V6).andThen(DATA));
        send(peer(PEER));
        send(DATA);
        send(peer(PEER).andThen(DATA).andThen(writer -> writer.add(AttributeType.PRIORITY, 1)));
        turn.now += 300 * TurnFixture.SECOND;
        send(peer(PEER).andThen(DATA));

        assertThat(turn.out.events).noneMatch(event -> event.startsWith("toPeer"));
        assertThat(turn.out.sent).hasSize(sent);
        assertThat(report().packetsDropped()).isEqualTo(6);
    }

    @Test
    void doesNotReachALowPortOfAPermittedHost() {
        permitted();

        send(peer(ip("8.8.4.4", 53)).andThen(DATA));

        assertThat(turn.out.events).noneMatch(event -> event.startsWith("toPeer"));
        assertThat(turn.out.refusals).containsExactly(TurnRefusal.PEER_FORBIDDEN);
    }

    @Test
    void bringsAPeersDatagramAsDataIndication() {
        Allocation allocation = permitted();

        turn.server.onPeerData(allocation, ip("8.8.4.4", 7), ByteBuffer.wrap(new byte[] {9, 8}), turn.now);

        Answer data = turn.last();
        assertThat(data.to()).isEqualTo(ALICE);
        assertThat(data.message().type()).isEqualTo(MessageType.of(MessageClass.INDICATION, Method.DATA));
        assertThat(data.addresses(AttributeType.XOR_PEER_ADDRESS)).containsExactly(ip("8.8.4.4", 7));
        assertThat(data.value(AttributeType.DATA)).containsExactly(9, 8);
        assertThat(data.has(AttributeType.MESSAGE_INTEGRITY)).isFalse();
    }

    @Test
    void bringsTheLargestDatagramThereIs() {
        Allocation allocation = permitted();

        turn.server.onPeerData(allocation, PEER, ByteBuffer.allocate(65507), turn.now);

        assertThat(turn.last().value(AttributeType.DATA)).hasSize(65507);
    }

    @Test
    void bringsWhatComesAfterOneThatCouldNotBeSent() {
        Allocation allocation = permitted();
        turn.out.bug = new IllegalStateException("a bug outside");

        assertThatThrownBy(() -> turn.server.onPeerData(allocation, PEER, ByteBuffer.allocate(1), turn.now))
                .isInstanceOf(IllegalStateException.class);
        turn.server.onPeerData(allocation, PEER, ByteBuffer.allocate(100), turn.now);

        assertThat(turn.last().value(AttributeType.DATA)).hasSize(100);
    }

    @Test
    void dropsAnIpv6DatagramThatNoStunMessageHasRoomFor() {
        turn.ask(ALICE, Method.ALLOCATE,
                transport(17).andThen(number(NumberAttribute.REQUESTED_ADDRESS_FAMILY, 2)));
        turn.ask(ALICE, Method.CREATE_PERMISSION, peer(PEER_V6));
        Allocation allocation = turn.server.find(ALICE);
        int sent = turn.out.sent.size();

        turn.server.onPeerData(allocation, PEER_V6, ByteBuffer.allocate(65505), turn.now);
        turn.server.onPeerData(allocation, PEER_V6, ByteBuffer.allocate(65527), turn.now);
        turn.server.onPeerData(allocation, PEER_V6, ByteBuffer.allocate(65504), turn.now);

        assertThat(turn.out.sent).hasSize(sent + 1);
        assertThat(turn.last().value(AttributeType.DATA)).hasSize(65504);
        assertThat(report().packetsDropped()).isEqualTo(2);
    }

    @Test
    void givesEachIndicationAnotherId() {
        Allocation allocation = permitted();
        turn.server.onPeerData(allocation, PEER, ByteBuffer.allocate(1), turn.now);
        Answer first = turn.last();
        turn.server.onPeerData(allocation, PEER, ByteBuffer.allocate(1), turn.now);

        assertThat(turn.last().message().transactionId()).isNotEqualTo(first.message().transactionId());
    }

    @Test
    void bringsNothingOfAPeerWithoutPermission() {
        Allocation allocation = permitted();
        int sent = turn.out.sent.size();

        turn.server.onPeerData(allocation, ip("8.8.8.8", 7), ByteBuffer.allocate(2), turn.now);
        turn.server.onPeerIcmp(allocation, ip("8.8.8.8", 7), 3, 3, 0, turn.now);

        assertThat(turn.out.sent).hasSize(sent);
    }

    @ParameterizedTest
    @CsvSource({"3, 3, 5, 0", "3, 4, 1400, 1400", "11, 0, 5, 0"})
    void tellsOfIcmpErrors(int type, int code, int data, int told) {
        Allocation allocation = permitted();

        turn.server.onPeerIcmp(allocation, PEER, type, code, data, turn.now);

        Answer indication = turn.last();
        assertThat(IcmpAttribute.read(indication.message())).contains(new IcmpAttribute(type, code, told));
        assertThat(indication.addresses(AttributeType.XOR_PEER_ADDRESS)).containsExactly(PEER);
        assertThat(indication.has(AttributeType.DATA)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0", "5", "8", "12"})
    void doesNotTellOfOtherIcmp(int type) {
        Allocation allocation = permitted();
        int sent = turn.out.sent.size();

        turn.server.onPeerIcmp(allocation, PEER, type, 0, 0, turn.now);

        assertThat(turn.out.sent).hasSize(sent);
    }

    @Test
    void countsWhatItCarried() {
        Allocation allocation = permitted();
        send(peer(PEER).andThen(DATA));
        turn.server.onPeerData(allocation, PEER, ByteBuffer.allocate(10), turn.now);
        allocation.countToClient(5);
        allocation.countToPeer(7);
        allocation.countDropped();

        AllocationReport report = report();

        assertThat(report.bytesToPeer()).isEqualTo(10);
        assertThat(report.packetsToPeer()).isEqualTo(2);
        assertThat(report.bytesToClient()).isEqualTo(15);
        assertThat(report.packetsToClient()).isEqualTo(2);
        assertThat(report.packetsDropped()).isEqualTo(1);
        assertThat(report.username()).isEqualTo("alice");
        assertThat(report.client()).isEqualTo(ALICE);
    }

    @Test
    void carriesNoMoreThanTheRateOfAnAllocation() {
        TurnFixture slow = new TurnFixture(TurnFixture.settings(10, 8, 4, 1000, false));
        Allocation allocation = slow.allocated();

        assertThat(allocation.mayCarry(600, slow.now)).isTrue();
        assertThat(allocation.mayCarry(600, slow.now)).isTrue();
        assertThat(allocation.mayCarry(1, slow.now)).isFalse();
        assertThat(allocation.mayCarry(1, slow.now + TurnFixture.SECOND / 4)).isTrue();
        long carried = 0;
        for (int i = 0; i < 10_000; i++) {
            slow.now += TurnFixture.SECOND / 100;
            carried += allocation.mayCarry(50, slow.now) ? 50 : 0;
        }
        assertThat(carried).isBetween(99_000L, 101_000L);
    }

    private Allocation permitted() {
        Allocation allocation = turn.allocated();
        TransportAddress host = ip("8.8.4.4", 0);
        assertThat(turn.ask(ALICE, Method.CREATE_PERMISSION, peer(host)).code()).isZero();
        return allocation;
    }

    private void send(Consumer<StunMessageWriter> attributes) {
        assertThat(turn.deliver(ALICE, turn.plain(MessageClass.INDICATION, Method.SEND, attributes))).isNull();
    }

    private AllocationReport report() {
        turn.server.close(AllocationEnd.DRAINED, turn.now);
        return turn.out.reports.getFirst();
    }
}
