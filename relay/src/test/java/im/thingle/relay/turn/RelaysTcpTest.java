// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import static im.thingle.relay.turn.PeerBench.isCut;
import static im.thingle.relay.turn.PeerBench.random;
import static im.thingle.relay.turn.PeerBench.receiving;
import static im.thingle.relay.turn.PeerBench.sending;
import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.relay.net.Transport;
import im.thingle.stun.attribute.AddressAttribute;
import im.thingle.stun.attribute.NumberAttribute;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.MessageClass;
import im.thingle.stun.message.MessageType;
import im.thingle.stun.message.Method;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.turn.AllocationEnd;
import im.thingle.stun.turn.AllocationReport;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** TCP allocations from request to last byte (RFC 6062), through the whole server on two loops. */
@Timeout(60)
class RelaysTcpTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @ParameterizedTest
    @EnumSource
    void connectsToAPeerAndCarriesBytesBothWays(Transport transport) throws Exception {
        byte[] there = random(3_000_000, 1);
        byte[] back = random(2_000_000, 2);
        try (CallServer server = start(transport);
                Caller control = new Caller(Wire.tcp(server.tcp()));
                ServerSocket listening = new ServerSocket(0, 5, LOOPBACK)) {
            TransportAddress relayed = allocate(control);
            int id = connect(control, listening);
            try (Socket peer = listening.accept();
                    Data data = new Data(new Socket(LOOPBACK, server.tcp().getPort()))) {
                assertThat(Caller.address((InetSocketAddress) peer.getRemoteSocketAddress())).isEqualTo(relayed);
                assertThat(data.bind(id, "")).isZero();

                sending(data.socket, there);
                sending(peer, back);
                var got = receiving(data.socket);
                assertThat(peer.getInputStream().readAllBytes()).isEqualTo(there);
                assertThat(got.join()).isEqualTo(back);
            }
            control.release();
            AllocationReport report = CallServer.next(server.reports);
            assertThat(report.tcp()).isTrue();
            assertThat(report.bytesToPeer()).isEqualTo(there.length);
            assertThat(report.bytesToClient()).isEqualTo(back.length);
        }
    }

    /** What other servers throw away beyond a few buffers. */
    @ParameterizedTest
    @EnumSource
    void tellsOfAPeerAndKeepsAllItSendsUntilTheClientBinds(Transport transport) throws Exception {
        byte[] sent = random(10_000_000, 3);
        try (CallServer server = start(transport);
                Caller control = new Caller(Wire.tcp(server.tcp()))) {
            TransportAddress relayed = allocate(control);
            control.permit(TransportAddress.of(LOOPBACK.getAddress(), 1));
            try (Socket peer = dial(relayed);
                    Data data = new Data(new Socket(LOOPBACK, server.tcp().getPort()))) {
                sending(peer, sent);
                int id = attempt(control, Caller.address((InetSocketAddress) peer.getLocalSocketAddress()));
                assertThat(data.bind(id, "early bytes")).isZero();

                assertThat(data.socket.getInputStream().readAllBytes()).isEqualTo(sent);
                data.socket.shutdownOutput();
                assertThat(peer.getInputStream().readAllBytes()).asString().isEqualTo("early bytes");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void listensInBothFamiliesOfADualAllocationAndInNeitherAfterwards(Transport transport) throws Exception {
        try (CallServer server = start(transport);
                Caller control = new Caller(Wire.tcp(server.tcp()))) {
            TransportAddress relayed = Caller.relayed(control.request(Method.ALLOCATE, writer -> {
                NumberAttribute.REQUESTED_TRANSPORT.write(writer, NumberAttribute.TCP);
                NumberAttribute.ADDITIONAL_ADDRESS_FAMILY.write(writer, TransportAddress.Family.IPV6.code());
            }));
            assertThat(relayed.family()).isEqualTo(TransportAddress.Family.IPV4);
            assertThat(server.service.gauges().relayPortsInUse()).isEqualTo(2);
            control.permit(TransportAddress.of(LOOPBACK.getAddress(), 1));
            try (Socket peer = dial(relayed)) {
                assertThat(attempt(control, Caller.address((InetSocketAddress) peer.getLocalSocketAddress())))
                        .isNotZero();
            }

            control.release();

            CallServer.await(() -> isClosed(relayed)); // the answer comes before the sockets are closed
        }
    }

    @ParameterizedTest
    @EnumSource
    void turnsAwayPeersWithoutPermission(Transport transport) throws Exception {
        try (CallServer server = start(transport);
                Caller control = new Caller(Wire.tcp(server.tcp()))) {
            TransportAddress relayed = allocate(control);
            assertThat(isTurnedAway(relayed)).isTrue();

            control.permit(TransportAddress.of(LOOPBACK.getAddress(), 1));
            try (Socket peer = dial(relayed)) {
                attempt(control, Caller.address((InetSocketAddress) peer.getLocalSocketAddress()));
            }
        }
    }

    /** RFC 6062 §5.3: 30 s. */
    @ParameterizedTest
    @EnumSource
    void closesAPeersConnectionThatNobodyBindsInTime(Transport transport) throws Exception {
        try (CallServer server = start(transport);
                Caller control = new Caller(Wire.tcp(server.tcp()))) {
            TransportAddress relayed = allocate(control);
            control.permit(TransportAddress.of(LOOPBACK.getAddress(), 1));
            try (Socket peer = dial(relayed)) {
                int id = attempt(control, Caller.address((InetSocketAddress) peer.getLocalSocketAddress()));
                server.advance(Duration.ofSeconds(29));
                assertThat(server.service.gauges().peerConnections()).isEqualTo(1);
                server.advance(Duration.ofSeconds(2));

                assertThat(isCut(peer)).isTrue();
                assertThat(server.service.gauges().peerConnections()).isZero();
                try (Data late = new Data(new Socket(LOOPBACK, server.tcp().getPort()))) {
                    assertThat(late.bind(id, "")).isEqualTo(400);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void answers447WhenThePeerRefuses(Transport transport) throws Exception {
        try (CallServer server = start(transport);
                Caller control = new Caller(Wire.tcp(server.tcp()))) {
            ServerSocket nobody = new ServerSocket(0, 5, LOOPBACK);
            nobody.close();
            allocate(control);

            assertThat(Caller.error(requestConnect(control, nobody.getLocalPort()))).isEqualTo(447);
        }
    }

    @ParameterizedTest
    @EnumSource
    void joinsTwoOfItsOwnAllocations(Transport transport) throws Exception {
        byte[] sent = random(1_000_000, 4);
        try (CallServer server = start(transport);
                Caller romeo = new Caller(Wire.tcp(server.tcp()));
                Caller juliet = new Caller(Wire.tcp(server.tcp()))) {
            TransportAddress hers = allocate(juliet);
            TransportAddress his = allocate(romeo);
            juliet.permit(his);
            StunMessage connected = requestConnect(romeo, hers.port());
            assertThat(Caller.error(connected)).isZero();
            int id = (int) NumberAttribute.CONNECTION_ID.read(connected);
            try (Data one = new Data(new Socket(LOOPBACK, server.tcp().getPort()));
                    Data two = new Data(new Socket(LOOPBACK, server.tcp().getPort()))) {
                assertThat(two.bind(attempt(juliet, his), "")).isZero();
                assertThat(one.bind(id, "")).isZero();
                sending(one.socket, sent);
                assertThat(two.socket.getInputStream().readAllBytes()).isEqualTo(sent);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void carriesBytesOfATlsClient(Transport transport) throws Exception {
        byte[] there = random(2_000_000, 5);
        byte[] back = random(3_000_000, 6);
        CallServer.Choice choice = choice(transport);
        choice.certificate = Certificate.selfSigned();
        try (CallServer server = choice.start();
                Caller control = new Caller(Wire.tls(server.tls()));
                ServerSocket listening = new ServerSocket(0, 5, LOOPBACK)) {
            allocate(control);
            int id = connect(control, listening);
            Socket tls = Wire.anyTls().getSocketFactory().createSocket(LOOPBACK, server.tls().getPort());
            try (Socket peer = listening.accept();
                    Data data = new Data(tls)) {
                assertThat(data.bind(id, "")).isZero();
                var sending = CompletableFuture.runAsync(() -> {
                    try {
                        tls.getOutputStream().write(there);
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
                assertThat(peer.getInputStream().readNBytes(there.length)).isEqualTo(there);
                sending.join();
                sending(peer, back);
                assertThat(tls.getInputStream().readNBytes(back.length)).isEqualTo(back);
            }
        }
    }

    /** Control and data connection of a client that has sent its file and exits close at once. */
    @ParameterizedTest
    @EnumSource
    void losesNothingOfAClientThatLeavesAtOnce(Transport transport) throws Exception {
        byte[] sent = random(3_000_000, 7);
        try (CallServer server = start(transport);
                ServerSocket listening = new ServerSocket()) {
            listening.setReceiveBufferSize(4096);
            listening.bind(new InetSocketAddress(LOOPBACK, 0));
            Caller control = new Caller(Wire.tcp(server.tcp()));
            allocate(control);
            int id = connect(control, listening);
            try (Socket peer = listening.accept()) {
                Data data = new Data(new Socket(LOOPBACK, server.tcp().getPort()));
                data.bind(id, "");
                var sending = sending(data.socket, sent);
                byte[] first = peer.getInputStream().readNBytes(1);
                sending.join();
                data.close();
                control.close();
                assertThat(CallServer.next(server.reports).reason()).isEqualTo(AllocationEnd.DISCONNECTED);

                assertThat(first[0]).isEqualTo(sent[0]);
                assertThat(peer.getInputStream().readAllBytes()).hasSize(sent.length - 1);
            }
        }
    }

    /** A client's second connection, of which not a byte is read that is not a message's. */
    private static final class Data implements AutoCloseable, Wire {
        final Socket socket;
        private final DataInputStream in;
        private byte[] behind = {};
        private int attempts;

        Data(Socket socket) throws IOException {
            this.socket = socket;
            socket.setSoTimeout(PATIENCE_MILLIS);
            in = new DataInputStream(socket.getInputStream());
        }

        /** The error, or 0; {@code early} goes out behind the request that will succeed, without waiting. */
        int bind(int id, String early) throws IOException {
            @SuppressWarnings("resource") // it is this connection
            Caller caller = new Caller(this);
            return Caller.error(caller.request(Method.CONNECTION_BIND, writer -> {
                NumberAttribute.CONNECTION_ID.write(writer, Integer.toUnsignedLong(id));
                behind = attempts++ == 0 ? new byte[0] : early.getBytes(StandardCharsets.US_ASCII);
            }));
        }

        @Override
        public void send(byte[] message) throws IOException {
            socket.getOutputStream()
                    .write(ByteBuffer.allocate(message.length + behind.length).put(message).put(behind).array());
        }

        @Override
        public byte[] receive(int millis) throws IOException {
            byte[] header = new byte[StunMessage.HEADER_BYTES];
            in.readFully(header);
            byte[] message = Arrays.copyOf(header, header.length + ByteBuffer.wrap(header).getShort(2));
            in.readFully(message, header.length, message.length - header.length);
            return message;
        }

        @Override
        public boolean isStream() {
            return true;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static CallServer start(Transport transport) throws IOException {
        return choice(transport).start();
    }

    private static CallServer.Choice choice(Transport transport) {
        CallServer.Choice choice = CallServer.with();
        choice.transport = transport;
        choice.tcpRelay = true;
        return choice;
    }

    private static TransportAddress allocate(Caller control) throws IOException {
        return Caller.relayed(control.request(
                Method.ALLOCATE, writer -> NumberAttribute.REQUESTED_TRANSPORT.write(writer, NumberAttribute.TCP)));
    }

    private static int connect(Caller control, ServerSocket to) throws IOException {
        StunMessage response = requestConnect(control, to.getLocalPort());
        assertThat(Caller.error(response)).isZero();
        return (int) NumberAttribute.CONNECTION_ID.read(response);
    }

    private static StunMessage requestConnect(Caller control, int port) throws IOException {
        return control.request(
                Method.CONNECT,
                writer -> AddressAttribute.write(
                        writer, AttributeType.XOR_PEER_ADDRESS, TransportAddress.of(LOOPBACK.getAddress(), port)));
    }

    /** The ID in the ConnectionAttempt indication that comes next, which is to be about this peer. */
    private static int attempt(Caller control, TransportAddress peer) throws IOException {
        byte[] bytes = control.other();
        StunMessage message = new StunMessage();
        message.wrap(bytes, 0, bytes.length);
        assertThat(message.type()).isEqualTo(MessageType.of(MessageClass.INDICATION, Method.CONNECTION_ATTEMPT));
        assertThat(AddressAttribute.read(message, AttributeType.XOR_PEER_ADDRESS)).contains(peer);
        return (int) NumberAttribute.CONNECTION_ID.read(message);
    }

    private static Socket dial(TransportAddress to) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(10_000);
        socket.connect(socketAddress(to), 5_000);
        return socket;
    }

    private static boolean isClosed(TransportAddress relayed) {
        try {
            dial(relayed).close();
            return false;
        } catch (SocketException refusedOrReset) {
            return true;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static boolean isTurnedAway(TransportAddress relayed) throws IOException {
        try (Socket peer = dial(relayed)) {
            return isCut(peer);
        } catch (SocketException reset) {
            return true;
        }
    }

    private static InetSocketAddress socketAddress(TransportAddress address) throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByAddress(address.address()), address.port());
    }
}
