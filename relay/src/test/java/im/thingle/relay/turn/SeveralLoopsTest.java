// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.relay.net.EventLoops;
import im.thingle.stun.attribute.AddressAttribute;
import im.thingle.stun.attribute.NumberAttribute;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.MessageClass;
import im.thingle.stun.message.MessageType;
import im.thingle.stun.message.Method;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.message.StunMessageWriter;
import im.thingle.stun.message.TransactionId;
import im.thingle.stun.turn.AllocationEnd;
import im.thingle.stun.turn.ClientTransport;
import im.thingle.stun.turn.FiveTuple;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client that moves (RFC 8016) arrives at another event loop than its allocation's, three times of four here. */
@Timeout(60)
class SeveralLoopsTest {
    private static final int MOVES = 12;

    @Test
    void followsAClientThatMoves() throws Exception {
        try (CallServer server = fourLoops();
                Echo echo = new Echo("127.0.0.1")) {
            for (int i = 0; i < MOVES; i++) {
                try (Caller before = new Caller(Wire.udp(server.udp()));
                        Caller after = new Caller(i % 2 == 0 ? Wire.udp(server.udp()) : Wire.tcp(server.tcp()))) {
                    byte[] ticket = ticket(before.allocate(writer -> writer.add(AttributeType.MOBILITY_TICKET)));
                    before.bind(0x4001, echo.address());
                    before.sendOn(0x4001, text("before"));
                    assertThat(before.channelData(0x4001)).isEqualTo(text("before"));

                    StunMessage moved =
                            after.request(Method.REFRESH, writer -> writer.add(AttributeType.MOBILITY_TICKET, ticket));
                    assertThat(Caller.error(moved)).isZero();

                    before.sendOn(0x4001, text("meanwhile"));
                    assertThat(before.channelData(0x4001)).isEqualTo(text("meanwhile"));
                    for (int packet = 0; packet < 5; packet++) {
                        after.sendOn(0x4001, text("after " + packet));
                        assertThat(after.channelData(0x4001)).isEqualTo(text("after " + packet));
                    }
                    after.permit(echo.address());
                    after.sendTo(echo.address(), text("slowly"));
                    assertThat(after.channelData(0x4001)).isEqualTo(text("slowly"));
                    after.release();
                    assertThat(CallServer.next(server.reports).reason()).isEqualTo(AllocationEnd.DELETED);
                }
            }
            assertThat(server.service.gauges().relayPortsInUse()).isZero();
        }
    }

    @Test
    void answersWhereNoLoopKnowsTheTicket() throws Exception {
        try (CallServer server = fourLoops();
                Caller caller = new Caller(Wire.udp(server.udp()));
                Caller stream = new Caller(Wire.tcp(server.tcp()))) {
            byte[] made = new byte[28];

            assertThat(Caller.error(caller.request(
                            Method.REFRESH, writer -> writer.add(AttributeType.MOBILITY_TICKET, made))))
                    .isEqualTo(400);
            assertThat(Caller.error(stream.request(
                            Method.REFRESH, writer -> writer.add(AttributeType.MOBILITY_TICKET, made))))
                    .isEqualTo(400);
        }
    }

    @Test
    void servesClientsOfAllLoops() throws Exception {
        try (CallServer server = fourLoops();
                Echo echo = new Echo("127.0.0.1")) {
            Caller[] callers = new Caller[40];
            for (int i = 0; i < callers.length; i++) {
                callers[i] = new Caller(i % 4 == 0 ? Wire.tcp(server.tcp()) : Wire.udp(server.udp()));
                callers[i].allocate();
                callers[i].bind(0x4000 + i, echo.address());
            }
            assertThat(server.service.gauges().allocations()).isEqualTo(callers.length);
            for (int i = 0; i < callers.length; i++) {
                callers[i].sendOn(0x4000 + i, text("caller " + i));
            }
            for (int i = 0; i < callers.length; i++) {
                assertThat(callers[i].channelData(0x4000 + i)).isEqualTo(text("caller " + i));
                callers[i].close();
            }
        }
    }

    /** RFC 6062 §4.3: the client's data connection arrives at any loop and is to go to its allocation's. */
    @Test
    void takesConnectionsToTheLoopOfTheirAllocation() throws Exception {
        try (CallServer server = fourLoops();
                Caller control = new Caller(Wire.tcp(server.tcp()));
                ServerSocket peer = new ServerSocket(0, 20, InetAddress.ofLiteral("127.0.0.1"))) {
            TransportAddress address = Caller.address((InetSocketAddress) peer.getLocalSocketAddress());
            Caller.relayed(control.request(
                    Method.ALLOCATE,
                    writer -> NumberAttribute.REQUESTED_TRANSPORT.write(writer, NumberAttribute.TCP)));
            for (int i = 0; i < MOVES; i++) {
                StunMessage connected = control.request(
                        Method.CONNECT,
                        writer -> AddressAttribute.write(writer, AttributeType.XOR_PEER_ADDRESS, address));
                assertThat(Caller.error(connected)).isZero();
                long id = NumberAttribute.CONNECTION_ID.read(connected);
                try (Socket accepted = peer.accept();
                        Socket data = new Socket(server.tcp().getAddress(), server.tcp().getPort());
                        Caller caller = new Caller(Wire.over(data))) {
                    assertThat(Caller.error(caller.request(
                                    Method.CONNECTION_BIND, writer -> NumberAttribute.CONNECTION_ID.write(writer, id))))
                            .isZero();
                    data.getOutputStream().write(text("to the peer"));
                    assertThat(accepted.getInputStream().readNBytes(11)).isEqualTo(text("to the peer"));
                    accepted.getOutputStream().write(text("to the client"));
                    assertThat(data.getInputStream().readNBytes(13)).isEqualTo(text("to the client"));
                }
                CallServer.await(() -> {
                    server.service.tickNow();
                    return server.service.gauges().peerConnections() == 0;
                });
            }
        }
    }

    /** A client that has moved may send anything, also nothing. */
    @Test
    void takesNoEmptyDatagramForItsOwnFault() throws Exception {
        try (CallServer server = fourLoops()) {
            TransportAddress anywhere = Caller.address(server.udp());
            FiveTuple tuple = new FiveTuple(ClientTransport.UDP, anywhere, anywhere);

            server.service.shards().forEach(shard -> shard.commands().datagram(tuple, ByteBuffer.allocate(0), 0));

            server.service.tickNow();
            assertThat(server.service.gauges().malformed()).isEqualTo(4);
            assertThat(server.bugs).isEmpty();
        }
    }

    /** A loop that is busy with something else does not keep what others bring for ever. */
    @Test
    void losesDatagramsThatALoopCannotKeepUpWith() throws Exception {
        try (CallServer server = fourLoops()) {
            TurnShard busy = server.service.shards().getFirst();
            TransportAddress anywhere = Caller.address(server.udp());
            FiveTuple tuple = new FiveTuple(ClientTransport.UDP, anywhere, anywhere);
            CountDownLatch done = new CountDownLatch(1);
            busy.loop().execute(() -> {
                try {
                    done.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });

            int kept = 0;
            while (busy.commands().datagram(tuple, ByteBuffer.allocate(0), 0)) {
                assertThat(++kept).isLessThan(10_000);
            }

            done.countDown();
            CallServer.await(() -> busy.commands().datagram(tuple, ByteBuffer.allocate(0), 0));
        }
    }

    /** RFC 6062: whoever never binds to a connection leaves nothing behind. */
    @Test
    void forgetsConnectionsThatNobodyBoundTo() throws Exception {
        try (CallServer server = fourLoops();
                ServerSocket peer = new ServerSocket(0, 20, InetAddress.ofLiteral("127.0.0.1"))) {
            TransportAddress address = Caller.address((InetSocketAddress) peer.getLocalSocketAddress());
            try (Caller control = new Caller(Wire.tcp(server.tcp()))) {
                Caller.relayed(control.request(
                        Method.ALLOCATE,
                        writer -> NumberAttribute.REQUESTED_TRANSPORT.write(writer, NumberAttribute.TCP)));
                assertThat(Caller.error(control.request(
                                Method.CONNECT,
                                writer -> AddressAttribute.write(writer, AttributeType.XOR_PEER_ADDRESS, address))))
                        .isZero();
                assertThat(bindable(server)).isEqualTo(1);
            }
            assertThat(CallServer.next(server.reports).reason()).isEqualTo(AllocationEnd.DISCONNECTED);
            CallServer.await(() -> bindable(server) == 0);
        }
    }

    /** A message that takes the connection to another loop, one more, and the end of it all, in one portion. */
    @Test
    void movesATlsClientThatIsGoneAlready() throws Exception {
        CallServer.Choice choice = choice();
        choice.certificate = Certificate.selfSigned();
        byte[] made = new byte[28];
        try (CallServer server = choice.start()) {
            for (int i = 0; i < MOVES; i++) {
                try (Corked plain = new Corked(server.tls());
                        SSLSocket socket = (SSLSocket) Wire.anyTls()
                                .getSocketFactory()
                                .createSocket(plain, "localhost", server.tls().getPort(), true)) {
                    socket.startHandshake();
                    plain.held = new ByteArrayOutputStream();
                    socket.getOutputStream().write(refresh(made));
                    socket.getOutputStream().write(refresh(made));
                    socket.shutdownOutput();
                    plain.uncork();
                    CallServer.await(() -> server.service.gauges().streams() == 0);
                }
            }
            assertThat(server.bugs).isEmpty();
        }
    }

    private static byte[] refresh(byte[] ticket) {
        StunMessageWriter writer = new StunMessageWriter();
        ByteBuffer bytes = ByteBuffer.allocate(200);
        writer.start(
                bytes, 0, MessageType.of(MessageClass.REQUEST, Method.REFRESH), new TransactionId(1, 2));
        writer.add(AttributeType.MOBILITY_TICKET, ticket);
        return Arrays.copyOf(bytes.array(), writer.length());
    }

    private static int bindable(CallServer server) {
        return server.service.shards().getFirst().shared().directory().connections();
    }

    /** Holds back what is written, to send it as one portion. */
    private static final class Corked extends Socket {
        private final OutputStream out = super.getOutputStream();
        private ByteArrayOutputStream held;

        Corked(InetSocketAddress to) throws IOException {
            super(to.getAddress(), to.getPort());
        }

        void uncork() throws IOException {
            out.write(held.toByteArray());
            held = null;
        }

        /** The end of TLS is all the end there is. */
        @Override
        public void shutdownOutput() {}

        @Override
        public OutputStream getOutputStream() {
            return new OutputStream() {
                @Override
                public void write(int octet) throws IOException {
                    write(new byte[] {(byte) octet}, 0, 1);
                }

                @Override
                public void write(byte[] bytes, int at, int length) throws IOException {
                    (held == null ? out : held).write(bytes, at, length);
                }
            };
        }
    }

    private static CallServer fourLoops() throws Exception {
        return choice().start();
    }

    private static CallServer.Choice choice() {
        Assumptions.assumeTrue(EventLoops.epollAvailable());
        CallServer.Choice choice = CallServer.with();
        choice.threads = 4;
        choice.mobility = true;
        choice.tcpRelay = true;
        return choice;
    }

    private static byte[] ticket(StunMessage response) {
        assertThat(Caller.error(response)).isZero();
        ByteBuffer value = response.value(response.find(AttributeType.MOBILITY_TICKET));
        byte[] ticket = new byte[value.remaining()];
        value.get(ticket);
        return ticket;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
