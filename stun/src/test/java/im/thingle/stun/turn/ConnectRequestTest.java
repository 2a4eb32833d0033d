// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import static im.thingle.stun.turn.TurnFixture.PEER;
import static im.thingle.stun.turn.TurnFixture.PEER_V6;
import static im.thingle.stun.turn.TurnFixture.PRIVATE;
import static im.thingle.stun.turn.TurnFixture.STREAM;
import static im.thingle.stun.turn.TurnFixture.ip;
import static im.thingle.stun.turn.TurnFixture.number;
import static im.thingle.stun.turn.TurnFixture.peer;
import static im.thingle.stun.turn.TurnFixture.tuple;
import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.stun.attribute.NumberAttribute;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.MessageClass;
import im.thingle.stun.message.MessageType;
import im.thingle.stun.message.Method;
import org.junit.jupiter.api.Test;

class ConnectRequestTest {
    private static final FiveTuple DATA = tuple(ClientTransport.TCP, "9.0.0.1", 42000);

    private final TurnFixture turn = new TurnFixture();

    @Test
    void answersWithTheConnectionsIdWhenItStands() {
        Allocation allocation = turn.allocatedTcp();
        assertThat(connect(PEER)).isNull();
        int id = connecting();

        turn.server.onPeerConnected(allocation, id, turn.now);

        assertThat(turn.last().code()).isZero();
        assertThat((int) turn.last().number(NumberAttribute.CONNECTION_ID)).isEqualTo(id);
    }

    @Test
    void needsNoPermission() {
        turn.allocatedTcp();

        assertThat(connect(PEER)).isNull();
        assertThat(turn.out.events).last().asString().startsWith("connect ");
    }

    @Test
    void answers447IfTheConnectionFailsOrTakesTooLong() {
        Allocation allocation = turn.allocatedTcp();
        connect(PEER);
        turn.server.onPeerConnectFailed(allocation, connecting(), turn.now);
        assertThat(turn.last().code()).isEqualTo(447);

        connect(PEER);
        int id = connecting();
        turn.pass(29);
        int sent = turn.out.sent.size();
        turn.pass(1);
        assertThat(turn.out.sent).hasSize(sent + 1);
        assertThat(turn.last().code()).isEqualTo(447);
        assertThat(turn.out.events).endsWith("closePeer " + id);
        assertThat(turn.server.nextDeadlineNanos()).isGreaterThan(turn.now);
    }

    @Test
    void answers446ForASecondConnectionToAPeer() {
        Allocation allocation = turn.allocatedTcp();
        connect(PEER);

        assertThat(connect(PEER).code()).isEqualTo(446);
        assertThat(connect(ip("8.8.4.4", 50001))).isNull();
        turn.server.onPeerConnected(allocation, connecting(), turn.now);
        assertThat(connect(PEER).code()).isEqualTo(446);
    }

    @Test
    void answersTheSameToTheSameRequestAgain() {
        Allocation allocation = turn.allocatedTcp();
        byte[] request = turn.signed(STREAM, "alice", Method.CONNECT, peer(PEER));
        turn.deliver(STREAM, request);
        assertThat(turn.deliver(STREAM, request)).isNull();
        turn.server.onPeerConnected(allocation, connecting(), turn.now);
        Answer first = turn.last();

        assertThat(turn.deliver(STREAM, request).bytes()).isEqualTo(first.bytes());
    }

    @Test
    void refusesPeersItMayNotHave() {
        assertThat(connect(PEER).code()).isEqualTo(437);
        turn.allocatedTcp();

        assertThat(connect(PRIVATE).code()).isEqualTo(403);
        assertThat(connect(ip("8.8.4.4", 25)).code()).isEqualTo(403);
        assertThat(connect(PEER_V6).code()).isEqualTo(443);
        assertThat(turn.ask(STREAM, Method.CONNECT, writer -> {}).code()).isEqualTo(400);
        assertThat(turn.ask(STREAM, "bob", Method.CONNECT, peer(PEER)).code()).isEqualTo(441);
    }

    @Test
    void answers400OnAnAllocationThatRelaysUdpAndLimitsConnections() {
        turn.allocated();
        assertThat(turn.ask(TurnFixture.ALICE, Method.CONNECT, peer(PEER)).code()).isEqualTo(400);

        turn.allocatedTcp();
        for (int i = 0; i < 8; i++) {
            assertThat(connect(ip("8.8.4.4", 50000 + i))).isNull();
        }
        assertThat(connect(ip("8.8.4.4", 50008)).code()).isEqualTo(508);
    }

    @Test
    void joinsTheClientsConnectionWithThePeers() {
        int id = connected();

        Answer answer = bind(DATA, "alice", id);

        assertThat(answer.code()).isZero();
        assertThat(answer.to()).isEqualTo(DATA);
        assertThat(turn.out.events).endsWith("bind " + id + " 42000");
        turn.pass(31);
        assertThat(turn.out.events).endsWith("bind " + id + " 42000");
    }

    @Test
    void bindsAConnectionOnceAndOnlyForItsUserOverAStream() {
        int id = connected();

        assertThat(bind(DATA, "alice", id + 1).code()).isEqualTo(400);
        assertThat(turn.ask(DATA, Method.CONNECTION_BIND, writer -> {}).code()).isEqualTo(400);
        assertThat(bind(TurnFixture.BOB, "alice", id).code()).isEqualTo(400);
        assertThat(bind(DATA, "bob", id).code()).isEqualTo(441);
        assertThat(bind(STREAM, "alice", id).code()).isEqualTo(437);
        assertThat(bind(DATA, "alice", id).code()).isZero();
        assertThat(bind(tuple(ClientTransport.TCP, "9.0.0.1", 42001), "alice", id).code()).isEqualTo(400);
    }

    @Test
    void closesAConnectionThatNobodyBindsIn30Seconds() {
        int id = connected();
        turn.pass(30);

        assertThat(turn.out.events).endsWith("closePeer " + id);
        assertThat(bind(DATA, "alice", id).code()).isEqualTo(400);
    }

    @Test
    void refusesToBindWhatIsOverThoughNobodyToldTheTime() {
        int id = connected();
        turn.now += 30 * TurnFixture.SECOND;

        assertThat(bind(DATA, "alice", id).code()).isEqualTo(400);
    }

    @Test
    void tellsTheClientOfAPeerThatConnects() {
        Allocation allocation = turn.allocatedTcp();
        turn.ask(STREAM, Method.CREATE_PERMISSION, peer(PEER));

        int id = turn.server.onPeerAccepted(allocation, PEER, turn.now);

        Answer attempt = turn.last();
        assertThat(id).isNotZero();
        assertThat(attempt.to()).isEqualTo(STREAM);
        assertThat(attempt.message().type())
                .isEqualTo(MessageType.of(MessageClass.INDICATION, Method.CONNECTION_ATTEMPT));
        assertThat((int) attempt.number(NumberAttribute.CONNECTION_ID)).isEqualTo(id);
        assertThat(attempt.addresses(AttributeType.XOR_PEER_ADDRESS)).containsExactly(PEER);
        assertThat(bind(DATA, "alice", id).code()).isZero();
    }

    @Test
    void closesAPeerWithoutPermission() {
        Allocation allocation = turn.allocatedTcp();
        int sent = turn.out.sent.size();

        assertThat(turn.server.onPeerAccepted(allocation, PEER, turn.now)).isZero();
        assertThat(turn.out.sent).hasSize(sent);
    }

    @Test
    void forgetsAConnectionThatIsClosed() {
        int id = connected();
        turn.server.onPeerConnectionClosed(turn.server.find(STREAM), id, turn.now);

        assertThat(bind(DATA, "alice", id).code()).isEqualTo(400);
        assertThat(connect(PEER)).isNull();
    }

    @Test
    void forgetsAllWithTheAllocation() {
        connected();
        turn.server.onDisconnected(STREAM, turn.now);

        assertThat(turn.server.entries()).isZero();
        assertThat(turn.out.events).endsWith("closeRelay", "ended disconnected");
    }

    private int connected() {
        Allocation allocation = turn.allocatedTcp();
        connect(PEER);
        turn.server.onPeerConnected(allocation, connecting(), turn.now);
        return connecting();
    }

    private Answer connect(TransportAddress peer) {
        return turn.ask(STREAM, Method.CONNECT, peer(peer));
    }

    private Answer bind(FiveTuple from, String user, int id) {
        return turn.ask(from, user, Method.CONNECTION_BIND,
                number(NumberAttribute.CONNECTION_ID, Integer.toUnsignedLong(id)));
    }

    private int connecting() {
        return turn.out.events.stream()
                .filter(event -> event.startsWith("connect "))
                .map(event -> Integer.parseInt(event.substring(8)))
                .reduce((first, second) -> second)
                .orElseThrow();
    }
}
