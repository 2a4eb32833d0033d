// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.thingle.stun.message.Method;
import im.thingle.stun.turn.AllocationEnd;
import im.thingle.stun.turn.AllocationReport;
import im.thingle.stun.turn.ClientTransport;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class DtlsListenerTest {
    private static final byte[] WORDS = "wherefore art thou".getBytes(StandardCharsets.UTF_8);
    private static final byte[] NO_COOKIE = {};

    @ParameterizedTest
    @CsvSource({"EC, false", "RSA, false", "EC, true"})
    void carriesACall(String algorithm, boolean portable) throws Exception {
        CallServer.Choice choice = choice(algorithm);
        choice.portable = portable;
        try (CallServer server = choice.start();
                Caller caller = new Caller(new DtlsWire(server.dtls()));
                Echo echo = new Echo("127.0.0.1")) {
            caller.allocate();
            caller.permit(echo.address());
            caller.sendTo(echo.address(), WORDS);
            assertThat(caller.indication()).isEqualTo(WORDS);
            caller.bind(0x4000, echo.address());
            byte[] much = new byte[1400];
            ThreadLocalRandom.current().nextBytes(much);
            caller.sendOn(0x4000, much);
            assertThat(caller.channelData(0x4000)).isEqualTo(much);
            assertThat(server.service.gauges().dtls()).isEqualTo(1);
        }
    }

    @Test
    void aGoodbyeEndsTheAllocation() throws Exception {
        try (CallServer server = choice("EC").start()) {
            try (Caller caller = new Caller(new DtlsWire(server.dtls()))) {
                caller.allocate();
            }

            AllocationReport report = CallServer.next(server.reports);

            assertThat(report.reason()).isEqualTo(AllocationEnd.DISCONNECTED);
            assertThat(report.client().transport()).isEqualTo(ClientTransport.DTLS);
            server.advance(Duration.ZERO);
            assertThat(server.service.gauges().dtls()).isZero();
        }
    }

    @Test
    void aClientMayBeginAnewFromTheSamePort() throws Exception {
        try (CallServer server = choice("EC").start();
                DatagramSocket socket = socket()) {
            new Caller(new DtlsWire(socket, server.dtls())).allocate();

            new Caller(new DtlsWire(socket, server.dtls())).allocate();

            assertThat(CallServer.next(server.reports).reason()).isEqualTo(AllocationEnd.DISCONNECTED);
            assertThat(server.service.gauges().dtls()).isEqualTo(1);
        }
    }

    @Test
    void rubbishDisturbsNobody() throws Exception {
        try (CallServer server = choice("EC").start();
                DatagramSocket socket = socket();
                Caller caller = new Caller(new DtlsWire(socket, server.dtls()))) {
            caller.allocate();
            for (int i = 0; i < 500; i++) {
                byte[] rubbish = new byte[ThreadLocalRandom.current().nextInt(200)];
                ThreadLocalRandom.current().nextBytes(rubbish);
                if (rubbish.length > 16) {
                    // looks like data of the epoch there is
                    System.arraycopy(new byte[] {23, -2, -3, 0, 1}, 0, rubbish, 0, 5);
                    rubbish[11] = 0;
                    rubbish[12] = (byte) (rubbish.length - 13);
                }
                socket.send(new DatagramPacket(rubbish, rubbish.length));
            }

            caller.release();

            assertThat(CallServer.next(server.reports).reason()).isEqualTo(AllocationEnd.DELETED);
        }
    }

    @Test
    void nothingIsKeptOfWhoBringsNoCookie() throws Exception {
        try (CallServer server = choice("EC").start();
                DatagramSocket socket = socket()) {
            for (int i = 0; i < 5000; i++) {
                byte[] hello = DtlsHello.bytes(i, i % 2 == 0 ? NO_COOKIE : new byte[32]);

                byte[] answer = DtlsHello.exchange(socket, server.dtls(), hello);

                assertThat(answer).hasSizeLessThan(hello.length);
                assertThat(answer[13]).as("HelloVerifyRequest").isEqualTo((byte) 3);
            }

            assertThat(server.service.gauges().dtls()).isZero();
            assertThat(server.streamRefusals).isEmpty();
        }
    }

    @Test
    void anothersCookieIsNoCookie() throws Exception {
        try (CallServer server = choice("EC").start();
                DatagramSocket mine = socket();
                DatagramSocket yours = socket()) {
            byte[] cookie = DtlsHello.cookie(DtlsHello.exchange(mine, server.dtls(), DtlsHello.bytes(7, NO_COOKIE)));

            byte[] answer = DtlsHello.exchange(yours, server.dtls(), DtlsHello.bytes(7, cookie));

            assertThat(answer[13]).as("HelloVerifyRequest").isEqualTo((byte) 3);
            assertThat(server.service.gauges().dtls()).isZero();
        }
    }

    @Test
    void aCookieOutlivesOneChangeOfTheSecret() throws Exception {
        CallServer.Choice choice = choice("EC");
        choice.threads = 1;
        try (CallServer server = choice.start();
                DatagramSocket early = socket();
                DatagramSocket late = socket()) {
            byte[] soon = withCookie(early, server.dtls(), 1);
            byte[] never = withCookie(late, server.dtls(), 2);
            server.advance(Duration.ofMinutes(11));

            assertThat(DtlsHello.exchange(early, server.dtls(), soon)[13]).as("ServerHello").isEqualTo((byte) 2);
            server.advance(Duration.ofMinutes(11));
            assertThat(DtlsHello.exchange(late, server.dtls(), never)[13]).as("HelloVerify").isEqualTo((byte) 3);
        }
    }

    @Test
    void onlySoManyHandshakesGoOnAtATimeAndNoneForLong() throws Exception {
        CallServer.Choice choice = choice("EC");
        choice.threads = 1;
        List<DatagramSocket> sockets = new ArrayList<>();
        try (CallServer server = choice.start()) {
            for (int i = 0; i < DtlsListener.HALF_OPEN_PER_NETWORK; i++) {
                sockets.add(socket());
                byte[] answer = begin(sockets.getLast(), server.dtls(), i);
                assertThat(answer[0]).as("handshake").isEqualTo((byte) 22);
                assertThat(answer[13]).as("ServerHello").isEqualTo((byte) 2);
            }
            sockets.add(socket());

            byte[] oneTooMany = withCookie(sockets.getLast(), server.dtls(), 99);
            sockets.getLast().send(new DatagramPacket(oneTooMany, oneTooMany.length, server.dtls()));

            assertThat(CallServer.next(server.streamRefusals)).isEqualTo(StreamRefusal.CONNECTIONS_PER_ADDRESS);
            assertThat(server.service.gauges().dtls()).isEqualTo(DtlsListener.HALF_OPEN_PER_NETWORK);
            assertThat(server.service.gauges().dtlsHandshakes()).isEqualTo(DtlsListener.HALF_OPEN_PER_NETWORK);
            server.advance(Duration.ofSeconds(11));
            assertThat(server.service.gauges().dtls()).isZero();
            assertThat(CallServer.next(server.streamRefusals)).isEqualTo(StreamRefusal.NO_MESSAGE_IN_TIME);
            try (Caller caller = new Caller(new DtlsWire(server.dtls()))) {
                caller.allocate();
                assertThat(server.service.gauges().dtls()).isOne();
                assertThat(server.service.gauges().dtlsHandshakes()).isZero();
            }
        } finally {
            sockets.forEach(DatagramSocket::close);
        }
    }

    @Test
    void whoDoesNotAllocateIsTurnedAway() throws Exception {
        try (CallServer server = choice("EC").start();
                Caller caller = new Caller(new DtlsWire(server.dtls()))) {
            assertThat(Caller.error(caller.request(Method.BINDING, Caller.NOTHING))).isZero();

            server.advance(Duration.ofSeconds(11));

            assertThat(CallServer.next(server.streamRefusals)).isEqualTo(StreamRefusal.NO_ALLOCATION_IN_TIME);
            assertThat(server.service.gauges().dtls()).isZero();
        }
    }

    @Test
    void aKeyThatDtlsCannotUseIsNamed() throws Exception {
        try (CallServer server = choice("Ed25519").start()) {
            assertThatThrownBy(() -> new DtlsWire(server.dtls())).isInstanceOf(TlsFatalAlertReceived.class);

            assertThat(CallServer.next(server.streamRefusals)).isEqualTo(StreamRefusal.TLS_FAILED);
        }
    }

    /** Nobody can be let in without a certificate, nor is one asked for then. */
    @Test
    void withoutACertificateNobodyListens() throws Exception {
        try (CallServer server = CallServer.with().start()) {
            assertThat(server.service.dtlsAddresses()).isEmpty();
        }
    }

    private static byte[] begin(DatagramSocket socket, InetSocketAddress server, int number) throws IOException {
        return DtlsHello.exchange(socket, server, withCookie(socket, server, number));
    }

    private static byte[] withCookie(DatagramSocket socket, InetSocketAddress server, int number) throws IOException {
        byte[] answer = DtlsHello.exchange(socket, server, DtlsHello.bytes(number, NO_COOKIE));
        return DtlsHello.bytes(number, DtlsHello.cookie(answer));
    }

    private static DatagramSocket socket() throws IOException {
        return new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"));
    }

    private static CallServer.Choice choice(String algorithm) {
        CallServer.Choice choice = CallServer.with();
        choice.certificate = Certificate.selfSigned(algorithm);
        return choice;
    }
}
