// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.message.MessageClass;
import im.thingle.stun.message.MessageType;
import im.thingle.stun.message.Method;
import im.thingle.stun.message.StunMessageWriter;
import im.thingle.stun.message.TransactionId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A peer that is heard of too late: only its checks wait for the permission, few of them, and not for long. */
@Timeout(60)
class EarlyChecksTest {
    private static final byte[] NO_CHECK = "no check".getBytes(StandardCharsets.US_ASCII);
    private static final TransportAddress HERE = TransportAddress.of(new byte[] {127, 0, 0, 1}, 50_000);
    private static final TransportAddress ELSEWHERE = TransportAddress.of(new byte[] {127, 0, 0, 2}, 50_000);

    private CallServer server;
    private Caller caller;
    private Wire peer;

    @BeforeEach
    void allocate() throws IOException {
        start(CallServer.with());
    }

    @AfterEach
    void close() throws IOException {
        peer.close();
        caller.close();
        server.close();
    }

    @Test
    void goOnWithThePermission() throws IOException {
        peer.send(check(1));
        dropped(NO_CHECK, 1);

        caller.permit(HERE);

        assertThat(caller.indication()).isEqualTo(check(1));
        assertNothingElseCame();
        assertThat(server.service.gauges().earlyChecks()).isEqualTo(1);
    }

    @Test
    void goOnWithAChannel() throws IOException {
        peer.send(check(1));
        dropped(NO_CHECK, 1);

        caller.bind(0x4000, HERE);

        assertThat(caller.indication()).isEqualTo(check(1));
    }

    @Test
    void waitOnWhileSomebodyElseIsPermitted() throws IOException {
        peer.send(check(1));
        dropped(NO_CHECK, 1);

        caller.permit(ELSEWHERE);
        caller.permit(HERE);

        assertThat(caller.indication()).isEqualTo(check(1));
        assertNothingElseCame();
    }

    @Test
    void doNotWaitForLong() throws IOException {
        peer.send(check(1));
        dropped(NO_CHECK, 1);
        server.advance(Duration.ofMillis(201));

        caller.permit(HERE);

        assertNothingElseCame();
        assertThat(server.service.gauges().packetsDropped()).isEqualTo(2);
        assertThat(server.service.gauges().earlyChecks()).isZero();
    }

    @Test
    void countAsDroppedIfTheClientIsGoneFirst() throws Exception {
        peer.send(check(1));
        dropped(NO_CHECK, 1);

        caller.release();

        assertThat(CallServer.next(server.reports).packetsDropped()).isEqualTo(2);
    }

    @Test
    void goOnOnce() throws IOException {
        peer.send(check(1));
        dropped(NO_CHECK, 1);
        caller.permit(HERE);
        assertThat(caller.indication()).isEqualTo(check(1));

        caller.permit(ELSEWHERE);

        assertNothingElseCame();
    }

    @Test
    void areFewAndKeepTheirOrder() throws IOException {
        for (int i = 1; i <= EarlyChecks.MOST; i++) {
            peer.send(check(i));
        }
        dropped(check(EarlyChecks.MOST + 1), 1);

        caller.permit(HERE);

        for (int i = 1; i <= EarlyChecks.MOST; i++) {
            assertThat(caller.indication()).isEqualTo(check(i));
        }
        assertNothingElseCame();
    }

    @Test
    void areShort() throws IOException {
        dropped(Arrays.copyOf(check(1), EarlyChecks.LONGEST + 1), 1);

        caller.permit(HERE);

        assertNothingElseCame();
    }

    /** Answers, indications and other protocols' requests are none (RFC 8489 §5). */
    @Test
    void areBindingRequestsOnly() throws IOException {
        dropped(message(MessageClass.SUCCESS_RESPONSE, Method.BINDING, 1), 1);
        dropped(message(MessageClass.INDICATION, Method.BINDING, 1), 2);
        dropped(message(MessageClass.REQUEST, Method.ALLOCATE, 1), 3);
        byte[] classic = check(1);
        classic[4] = 0;
        dropped(classic, 4);

        caller.permit(HERE);

        assertNothingElseCame();
    }

    @Test
    void areDroppedAtOnceIfTheOperatorWantsThat() throws IOException {
        close();
        CallServer.Choice choice = CallServer.with();
        choice.earlyChecks = Duration.ZERO;
        start(choice);

        dropped(check(1), 1);
        caller.permit(HERE);

        assertNothingElseCame();
    }

    private void start(CallServer.Choice choice) throws IOException {
        server = choice.start();
        caller = new Caller(Wire.udp(server.udp()));
        peer = Wire.udp(socket(caller.allocate()));
    }

    /** Sends what is to be dropped; then everything before it has come as well. */
    private void dropped(byte[] datagram, int inAll) throws IOException {
        peer.send(datagram);
        CallServer.await(() -> server.service.gauges().packetsDropped() == inAll);
    }

    private void assertNothingElseCame() throws IOException {
        caller.permit(HERE);
        byte[] last = "the last".getBytes(StandardCharsets.US_ASCII);
        peer.send(last);
        assertThat(caller.indication()).isEqualTo(last);
    }

    private static byte[] check(int number) {
        return message(MessageClass.REQUEST, Method.BINDING, number);
    }

    private static byte[] message(MessageClass messageClass, Method method, int number) {
        StunMessageWriter writer = new StunMessageWriter();
        ByteBuffer bytes = ByteBuffer.allocate(100);
        writer.start(bytes, 0, MessageType.of(messageClass, method), new TransactionId(number, number));
        return Arrays.copyOf(bytes.array(), writer.length());
    }

    private static InetSocketAddress socket(TransportAddress address) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address.address()), address.port());
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
