// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Addresses: several of the server's (RFC 5780), bound and announced ones, taken ones. */
@Timeout(60)
class AddressesTest {
    private static final InetAddress ONE = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress TWO = InetAddress.ofLiteral("127.0.0.2");

    @Test
    void answersFromTheAddressThatWasAskedFor() throws Exception {
        CallServer.Choice choice = CallServer.with();
        int first = freePort();
        int second = freePort();
        choice.natDiscovery =
                new NatDiscoverySettings(new InetSocketAddress(ONE, first), new InetSocketAddress(TWO, second));
        try (CallServer server = choice.start();
                DatagramSocket client = new DatagramSocket(0, ONE)) {
            assertThat(server.service.udpAddresses()).hasSize(5);
            assertThat(ask(client, first, 0)).isEqualTo(new InetSocketAddress(ONE, first));
            assertThat(ask(client, first, 2)).isEqualTo(new InetSocketAddress(ONE, second));
            assertThat(ask(client, first, 4)).isEqualTo(new InetSocketAddress(TWO, first));
            assertThat(ask(client, first, 6)).isEqualTo(new InetSocketAddress(TWO, second));
        }
    }

    /** Behind a 1:1 NAT a client could do nothing with the addresses of this machine. */
    @Test
    void tellsTheAnnouncedAddressesOfRfc5780() throws Exception {
        CallServer.Choice choice = CallServer.with();
        choice.relays = List.of(
                new RelayAddress(ONE, InetAddress.ofLiteral("127.9.9.1")),
                new RelayAddress(TWO, InetAddress.ofLiteral("127.9.9.2")));
        int first = freePort();
        int second = freePort();
        choice.natDiscovery =
                new NatDiscoverySettings(new InetSocketAddress(ONE, first), new InetSocketAddress(TWO, second));
        try (CallServer server = choice.start();
                DatagramSocket client = new DatagramSocket(0, ONE)) {
            StunMessage answer = message(exchange(client, first, 0));

            assertThat(AddressAttribute.read(answer, AttributeType.RESPONSE_ORIGIN))
                    .hasValue(Caller.address(new InetSocketAddress("127.9.9.1", first)));
            assertThat(AddressAttribute.read(answer, AttributeType.OTHER_ADDRESS))
                    .hasValue(Caller.address(new InetSocketAddress("127.9.9.2", second)));
            assertThat(server.service.gauges().bindings()).isOne();
        }
    }

    @Test
    void announcesAnotherAddressThanItBindsAndReachesItItself() throws Exception {
        CallServer.Choice choice = CallServer.with();
        choice.relays = List.of(new RelayAddress(ONE, InetAddress.ofLiteral("127.9.9.9")));
        try (CallServer server = choice.start();
                Caller one = new Caller(Wire.udp(server.udp()));
                Caller two = new Caller(Wire.udp(server.udp()))) {
            TransportAddress first = one.allocate();
            TransportAddress second = two.allocate();
            assertThat(first.low()).isEqualTo(0x7F090909L);
            one.bind(0x4000, second);
            two.permit(first);

            one.sendOn(0x4000, "through".getBytes(StandardCharsets.UTF_8));

            assertThat(two.indication()).isEqualTo("through".getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void doesNotStartWhereSomebodyListens() throws Exception {
        int port = freePort();
        CallServer.Choice choice = CallServer.with();
        choice.natDiscovery =
                new NatDiscoverySettings(new InetSocketAddress(ONE, port), new InetSocketAddress(TWO, port + 1));
        try (DatagramSocket stranger = new DatagramSocket(port, ONE)) {
            assertThatThrownBy(choice::start).isInstanceOf(IOException.class).hasMessageContaining("127.0.0.1:" + port);
            assertThat(stranger.isBound()).isTrue();
        }
    }

    private static InetSocketAddress ask(DatagramSocket client, int port, int change) throws IOException {
        DatagramPacket answer = exchange(client, port, change);
        StunMessage message = message(answer);
        assertThat(AddressAttribute.read(message, AttributeType.XOR_MAPPED_ADDRESS))
                .hasValue(Caller.address((InetSocketAddress) client.getLocalSocketAddress()));
        assertThat(AddressAttribute.read(message, AttributeType.RESPONSE_ORIGIN))
                .hasValue(Caller.address((InetSocketAddress) answer.getSocketAddress()));
        return (InetSocketAddress) answer.getSocketAddress();
    }

    private static StunMessage message(DatagramPacket answer) {
        StunMessage message = new StunMessage();
        message.wrap(answer.getData(), 0, answer.getLength());
        return message;
    }

    private static DatagramPacket exchange(DatagramSocket client, int port, int change) throws IOException {
        StunMessageWriter writer = new StunMessageWriter();
        ByteBuffer bytes = ByteBuffer.allocate(200);
        writer.start(bytes, 0, MessageType.of(MessageClass.REQUEST, Method.BINDING), new TransactionId(1, change));
        if (change != 0) {
            NumberAttribute.CHANGE_REQUEST.write(writer, change);
        }
        client.setSoTimeout(Wire.PATIENCE_MILLIS);
        client.send(new DatagramPacket(bytes.array(), writer.length(), ONE, port));
        DatagramPacket answer = new DatagramPacket(new byte[2048], 2048);
        client.receive(answer);
        return answer;
    }

    private static int freePort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, ONE)) {
            return socket.getLocalPort();
        }
    }
}
