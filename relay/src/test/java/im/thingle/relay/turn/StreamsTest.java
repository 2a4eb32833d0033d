// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.stun.attribute.AddressAttribute;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.Method;
import im.thingle.stun.turn.Prefix;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients on TCP and TLS, well-behaved and otherwise. */
@Timeout(60)
class StreamsTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

    @Test
    void endsConnectionsThatSayNothing() throws Exception {
        try (CallServer server = CallServer.with().start();
                Socket silent = connect(server)) {
            CallServer.await(() -> server.service.gauges().streams() == 1);

            server.advance(Duration.ofSeconds(4));
            assertThat(server.streamRefusals).isEmpty();
            server.advance(Duration.ofSeconds(2));

            assertThat(CallServer.next(server.streamRefusals)).isEqualTo(StreamRefusal.NO_MESSAGE_IN_TIME);
            assertThat(silent.getInputStream().read()).isNegative();
            assertThat(server.service.gauges().streams()).isZero();
        }
    }

    @Test
    void endsConnectionsThatGetNoAllocation() throws Exception {
        try (CallServer server = CallServer.with().start();
                Caller caller = new Caller(Wire.tcp(server.tcp()))) {
            caller.request(Method.BINDING, Caller.NOTHING);

            server.advance(Duration.ofSeconds(9));
            assertThat(server.streamRefusals).isEmpty();
            server.advance(Duration.ofSeconds(2));

            assertThat(CallServer.next(server.streamRefusals)).isEqualTo(StreamRefusal.NO_ALLOCATION_IN_TIME);
        }
    }

    @Test
    void lastsAsLongAsTheAllocation() throws Exception {
        try (CallServer server = CallServer.with().start();
                Caller caller = new Caller(Wire.tcp(server.tcp()))) {
            caller.allocate();
            server.advance(Duration.ofMinutes(2));
            caller.release();
            assertThat(server.streamRefusals).isEmpty();

            server.advance(Duration.ofSeconds(11));

            assertThat(CallServer.next(server.streamRefusals)).isEqualTo(StreamRefusal.NO_ALLOCATION_IN_TIME);
        }
    }

    @Test
    void turnsAwayWhatIsNoStun() throws Exception {
        try (CallServer server = CallServer.with().start();
                Socket browser = connect(server)) {
            browser.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

            assertThat(CallServer.next(server.streamRefusals)).isEqualTo(StreamRefusal.NOT_STUN);
        }
    }

    @Test
    void turnsAwayTlsWithoutCertificateAndPlainWhereTlsIsRequired() throws Exception {
        try (CallServer server = CallServer.with().start();
                Socket client = connect(server)) {
            client.getOutputStream().write(HexFormat.of().parseHex("160301"));
            assertThat(CallServer.next(server.streamRefusals)).isEqualTo(StreamRefusal.NO_CERTIFICATE);
        }
        CallServer.Choice choice = CallServer.with();
        choice.certificate = Certificate.selfSigned();
        try (CallServer server = choice.start();
                Wire plain = Wire.tcp(server.tls());
                Caller caller = new Caller(Wire.tls(server.tcp()))) {
            plain.send(new byte[] {0});
            assertThat(CallServer.next(server.streamRefusals)).isEqualTo(StreamRefusal.TLS_REQUIRED);
            assertThat(caller.allocate()).as("TLS on the port of plain TCP").isNotNull();
        }
    }

    @Test
    void saysWhyTlsFailed() throws Exception {
        CallServer.Choice choice = CallServer.with();
        choice.certificate = Certificate.selfSigned();
        try (CallServer server = choice.start();
                Socket client = connect(server)) {
            client.getOutputStream().write(HexFormat.of().parseHex("1603010004ffffffff"));

            assertThat(CallServer.next(server.streamRefusals)).isEqualTo(StreamRefusal.TLS_FAILED);
        }
    }

    @Test
    void limitsConnectionsOfOneNetwork() throws Exception {
        CallServer.Choice choice = CallServer.with();
        choice.streams = new StreamLimits(2, 0, Duration.ofSeconds(5), Duration.ofSeconds(10), 256 * 1024);
        try (CallServer server = choice.start();
                Caller two = new Caller(Wire.tcp(server.tcp()))) {
            two.allocate();
            try (Caller one = new Caller(Wire.tcp(server.tcp()))) {
                one.allocate();
                try (Socket _ = connect(server)) {
                    assertThat(CallServer.next(server.streamRefusals)).isEqualTo(StreamRefusal.CONNECTIONS_PER_ADDRESS);
                }
            }
            CallServer.next(server.reports);
            CallServer.await(() -> server.service.gauges().streams() == 1);
            try (Caller third = new Caller(Wire.tcp(server.tcp()))) {
                assertThat(third.allocate()).isNotNull();
            }
        }
    }

    @Test
    void believesTrustedProxiesOnly() throws Exception {
        CallServer.Choice choice = CallServer.with();
        choice.proxies = List.of(Prefix.parse("127.0.0.0/8"));
        try (CallServer server = choice.start()) {
            assertThat(
                    mapped(server,
                            "PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\n".getBytes(StandardCharsets.US_ASCII)))
                    .isEqualTo(address("192.0.2.7", 56324));
            assertThat(mapped(server, HexFormat.of()
                            .parseHex(SIGNATURE + "2111000c" + "c0000207" + "c6336401" + "dc0401bb")))
                    .isEqualTo(address("192.0.2.7", 56324));
            try (Socket liar = connect(server)) {
                liar.getOutputStream().write(new byte[20]);
                assertThat(CallServer.next(server.streamRefusals)).isEqualTo(StreamRefusal.PROXY_HEADER_MALFORMED);
            }
        }
        try (CallServer server = CallServer.with().start();
                Socket liar = connect(server)) {
            liar.getOutputStream()
                    .write("PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(CallServer.next(server.streamRefusals)).isEqualTo(StreamRefusal.NOT_STUN);
        }
    }

    @Test
    void readsTheProxyHeaderBeforeTls() throws Exception {
        CallServer.Choice choice = CallServer.with();
        choice.proxies = List.of(Prefix.parse("127.0.0.0/8"));
        choice.certificate = Certificate.selfSigned();
        try (CallServer server = choice.start();
                Socket socket = connect(server)) {
            socket.getOutputStream()
                    .write("PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\n".getBytes(StandardCharsets.US_ASCII));
            try (Caller caller =
                    new Caller(Wire.over(Wire.anyTls().getSocketFactory().createSocket(socket, null, 0, true)))) {
                assertThat(AddressAttribute.read(
                                caller.request(Method.BINDING, Caller.NOTHING), AttributeType.XOR_MAPPED_ADDRESS))
                        .hasValue(address("192.0.2.7", 56324));
            }
        }
    }

    @Test
    void showsARenewedCertificateToNewConnections() throws Exception {
        CallServer.Choice choice = CallServer.with();
        choice.certificate = Certificate.selfSigned();
        ServerCertificate renewed = Certificate.selfSigned();
        try (CallServer server = choice.start();
                Caller before = new Caller(Wire.tls(server.tls()))) {
            assertThat(shown(server)).isEqualTo(choice.certificate.chain().getFirst());
            before.allocate();

            server.service.renew(renewed);

            assertThat(shown(server)).isEqualTo(renewed.chain().getFirst());
            before.release();
        }
    }

    /** A client that does not read: data to it is lost and counted, memory is bounded, and the answer still comes. */
    @Test
    void dropsDataToSlowReadersAndKeepsAnswers() throws Exception {
        CallServer.Choice choice = CallServer.with();
        choice.streams = new StreamLimits(50, 0, Duration.ofSeconds(5), Duration.ofSeconds(10), 64 * 1024);
        try (CallServer server = choice.start();
                Caller slow = new Caller(Wire.tcp(server.tcp()));
                DatagramSocket peer = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"))) {
            TransportAddress relayed = slow.allocate();
            slow.bind(0x4001, Caller.address((InetSocketAddress) peer.getLocalSocketAddress()));
            byte[] data = new byte[1200];
            DatagramPacket packet = new DatagramPacket(
                    data, data.length, InetAddress.getByAddress(relayed.address()), relayed.port());
            // until the kernel's buffers and ours are full
            while (server.service.gauges().packetsDropped() < 1000) {
                peer.send(packet);
                if (server.service.gauges().packetsToClients() > 100_000) {
                    throw new AssertionError("nothing was dropped");
                }
            }

            slow.permit(relayed); // reads all that was sent before the answer

            long read = server.service.gauges().packetsToClients();
            slow.release();
            assertThat(CallServer.next(server.reports).packetsDropped()).isGreaterThanOrEqualTo(1000);
            assertThat(read).isPositive();
        }
    }

    private static TransportAddress mapped(CallServer server, byte[] header) throws IOException {
        Socket socket = connect(server);
        socket.getOutputStream().write(header);
        try (Caller caller = new Caller(Wire.over(socket))) {
            return AddressAttribute.read(caller.request(Method.BINDING, Caller.NOTHING),
                    AttributeType.XOR_MAPPED_ADDRESS)
                    .orElseThrow();
        }
    }

    private static java.security.cert.Certificate shown(CallServer server) throws IOException {
        try (SSLSocket socket = (SSLSocket) Wire.anyTls()
                .getSocketFactory()
                .createSocket(server.tls().getAddress(), server.tls().getPort())) {
            return socket.getSession().getPeerCertificates()[0];
        }
    }

    private static Socket connect(CallServer server) throws IOException {
        Socket socket = new Socket(server.tcp().getAddress(), server.tcp().getPort());
        socket.setSoTimeout(Wire.PATIENCE_MILLIS);
        return socket;
    }

    private static TransportAddress address(String text, int port) {
        return TransportAddress.of(InetAddress.ofLiteral(text).getAddress(), port);
    }
}
