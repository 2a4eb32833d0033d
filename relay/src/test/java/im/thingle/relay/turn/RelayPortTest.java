// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.stun.attribute.NumberAttribute;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.Method;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.turn.AllocationEnd;
import im.thingle.stun.turn.TurnRefusal;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ports: even ones, kept ones, none left (RFC 8656 §7.2). */
@Timeout(60)
class RelayPortTest {
    @Test
    void answers508WhenAllPortsAreTaken() throws Exception {
        CallServer.Choice choice = CallServer.with();
        choice.ports = freePair();
        try (CallServer server = choice.start();
                Caller one = new Caller(Wire.udp(server.udp()));
                Caller two = new Caller(Wire.udp(server.udp()));
                Caller three = new Caller(Wire.udp(server.udp()))) {
            assertThat(one.allocate().port()).isNotEqualTo(two.allocate().port());

            assertThat(Caller.error(three.allocate(Caller.NOTHING))).isEqualTo(508);
            assertThat(server.refusals).contains(TurnRefusal.PORTS_EXHAUSTED);

            one.release();
            // the answer comes before the socket is closed, and the next client may be another loop's
            CallServer.await(() -> server.service.gauges().relayPortsInUse() == 1);
            assertThat(three.allocate().port()).isBetween(choice.ports.first(), choice.ports.last());
        }
    }

    @Test
    void answers508WhenAnotherProcessHasThePorts() throws Exception {
        CallServer.Choice choice = CallServer.with();
        choice.ports = freePair();
        try (DatagramSocket _ = new DatagramSocket(choice.ports.first(), InetAddress.ofLiteral("127.0.0.1"));
                DatagramSocket _ = new DatagramSocket(choice.ports.last(), InetAddress.ofLiteral("127.0.0.1"));
                CallServer server = choice.start();
                Caller caller = new Caller(Wire.udp(server.udp()))) {
            assertThat(Caller.error(caller.allocate(Caller.NOTHING))).isEqualTo(508);
            assertThat(server.service.gauges().relayPortsInUse()).isZero();
        }
    }

    @Test
    void keepsTheNextPortForWhoHasTheToken() throws Exception {
        try (CallServer server = CallServer.with().start();
                Caller rtp = new Caller(Wire.udp(server.udp()));
                Caller rtcp = new Caller(Wire.tcp(server.tcp()));
                Caller late = new Caller(Wire.udp(server.udp()))) {
            StunMessage response = rtp.allocate(writer -> NumberAttribute.EVEN_PORT.write(writer, 1));
            TransportAddress even = Caller.relayed(response);
            byte[] token = token(response);
            assertThat(even.port() % 2).isZero();

            TransportAddress odd =
                    Caller.relayed(rtcp.allocate(writer -> writer.add(AttributeType.RESERVATION_TOKEN, token)));
            assertThat(odd.port()).isEqualTo(even.port() + 1);
            assertThat(Caller.error(late.allocate(writer -> writer.add(AttributeType.RESERVATION_TOKEN, token))))
                    .isEqualTo(508);
        }
    }

    @Test
    void givesAKeptPortBackAfterHalfAMinute() throws Exception {
        try (CallServer server = CallServer.with().start();
                Caller rtp = new Caller(Wire.udp(server.udp()));
                Caller late = new Caller(Wire.udp(server.udp()))) {
            byte[] token = token(rtp.allocate(writer -> NumberAttribute.EVEN_PORT.write(writer, 1)));
            assertThat(server.service.gauges().relayPortsInUse()).isEqualTo(2);

            server.advance(Duration.ofSeconds(31));

            assertThat(server.service.gauges().relayPortsInUse()).isOne();
            assertThat(Caller.error(late.allocate(writer -> writer.add(AttributeType.RESERVATION_TOKEN, token))))
                    .isEqualTo(508);
        }
    }

    @Test
    void givesPortsBackWhenAllocationsExpire() throws Exception {
        try (CallServer server = CallServer.with().start();
                Caller caller = new Caller(Wire.udp(server.udp()))) {
            caller.allocate();

            server.advance(Duration.ofMinutes(11));

            assertThat(CallServer.next(server.reports).reason()).isEqualTo(AllocationEnd.EXPIRED);
            assertThat(server.service.gauges().relayPortsInUse()).isZero();
            assertThat(server.service.gauges().allocations()).isZero();
        }
    }

    @Test
    void givesTheSocketOfOneFamilyBackAlone() throws Exception {
        try (CallServer server = CallServer.with().start();
                Caller caller = new Caller(Wire.udp(server.udp()))) {
            caller.allocate(writer ->
                    NumberAttribute.ADDITIONAL_ADDRESS_FAMILY.write(writer, TransportAddress.Family.IPV6.code()));
            assertThat(server.service.gauges().relayPortsInUse()).isEqualTo(2);

            caller.request(Method.REFRESH, writer -> {
                NumberAttribute.LIFETIME.write(writer, 0);
                NumberAttribute.REQUESTED_ADDRESS_FAMILY.write(writer, TransportAddress.Family.IPV4.code());
            });
            server.advance(Duration.ofSeconds(1)); // the answer comes before the socket is closed

            assertThat(server.service.gauges().relayPortsInUse()).isOne();
            assertThat(server.service.gauges().allocations()).isOne();
        }
    }

    @Test
    void drainsUntilTheDeadline() throws Exception {
        try (CallServer server = CallServer.with().start();
                Caller staying = new Caller(Wire.udp(server.udp()));
                Caller coming = new Caller(Wire.udp(server.udp()))) {
            staying.allocate();

            var drained = server.service.drain(Duration.ofMinutes(5));

            assertThat(Caller.error(coming.allocate(Caller.NOTHING))).isNotZero();
            server.advance(Duration.ofMinutes(4));
            assertThat(drained).isNotDone();
            server.advance(Duration.ofMinutes(2));
            assertThat(drained.get()).isOne();
            assertThat(CallServer.next(server.reports).reason()).isEqualTo(AllocationEnd.DRAINED);
        }
    }

    private static byte[] token(StunMessage response) {
        ByteBuffer value = response.value(response.find(AttributeType.RESERVATION_TOKEN));
        byte[] token = new byte[value.remaining()];
        value.get(token);
        return token;
    }

    /** Two ports that nobody has at the moment. */
    private static PortRange freePair() throws Exception {
        for (int port = 20000 + (int) (ProcessHandle.current().pid() % 5000); ; port += 2) {
            try (DatagramSocket one = new DatagramSocket(port, InetAddress.ofLiteral("127.0.0.1"));
                    DatagramSocket two = new DatagramSocket(port + 1, InetAddress.ofLiteral("127.0.0.1"))) {
                return new PortRange(one.getLocalPort(), two.getLocalPort());
            } catch (BindException taken) {
                // the next two
            }
        }
    }
}
