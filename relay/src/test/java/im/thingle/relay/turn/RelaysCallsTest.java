// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.relay.net.EventLoops;
import im.thingle.relay.net.Transport;
import im.thingle.stun.attribute.AddressAttribute;
import im.thingle.stun.attribute.IcmpAttribute;
import im.thingle.stun.attribute.NumberAttribute;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.attribute.TransportAddress.Family;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.Method;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.turn.AllocationEnd;
import im.thingle.stun.turn.AllocationReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A whole call on loopback: allocation, permission, channel, data both ways; over each transport, family and engine.
 */
@Timeout(60)
class RelaysCallsTest {
    private record Case(Transport loops, boolean portable, String transport, String host, String peer) {}

    static Stream<Case> cases() {
        Stream.Builder<Case> cases = Stream.builder();
        for (String transport : new String[] {"udp", "tcp", "tls"}) {
            if (EventLoops.epollAvailable()) {
                cases.add(new Case(Transport.EPOLL, false, transport, "127.0.0.1", "127.0.0.1"));
                cases.add(new Case(Transport.EPOLL, false, transport, "::1", "::1"));
                cases.add(new Case(Transport.EPOLL, false, transport, "127.0.0.1", "::1"));
                cases.add(new Case(Transport.EPOLL, true, transport, "127.0.0.1", "127.0.0.1"));
            }
            cases.add(new Case(Transport.NIO, true, transport, "127.0.0.1", "127.0.0.1"));
            cases.add(new Case(Transport.NIO, true, transport, "::1", "::1"));
        }
        return cases.build();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void carriesDataBothWays(Case each) throws Exception {
        CallServer.Choice choice = CallServer.with();
        choice.transport = each.loops;
        choice.portable = each.portable;
        choice.host = each.host;
        choice.certificate = Certificate.selfSigned();
        try (CallServer server = choice.start();
                Caller caller = new Caller(wire(server, each.transport));
                Echo echo = new Echo(each.peer)) {
            Family family = echo.address().family();
            TransportAddress relayed = Caller.relayed(
                    caller.allocate(writer -> NumberAttribute.REQUESTED_ADDRESS_FAMILY.write(writer, family.code())));
            assertThat(relayed.family()).isEqualTo(family);

            // 1. Send and Data indications
            caller.permit(echo.address());
            caller.sendTo(echo.address(), text("wherefore"));
            assertThat(caller.indication()).isEqualTo(text("wherefore"));

            // 2. a channel, every length modulo four, and the longest that one Ethernet frame holds
            caller.bind(0x4001, echo.address());
            for (int length : new int[] {1, 2, 3, 4, 7, 172, 1200, 1400}) {
                byte[] data = new byte[length];
                ThreadLocalRandom.current().nextBytes(data);
                caller.sendOn(0x4001, data);
                assertThat(caller.channelData(0x4001)).isEqualTo(data);
            }

            // 3. the end
            caller.release();
            AllocationReport report = CallServer.next(server.reports);
            assertThat(report.reason()).isEqualTo(AllocationEnd.DELETED);
            assertThat(report.packetsToPeer()).isEqualTo(9);
            assertThat(report.packetsToClient()).isEqualTo(9);
            assertThat(report.bytesToPeer()).isEqualTo(report.bytesToClient()).isEqualTo(9 + 17 + 172 + 2600);
            assertThat(server.service.gauges().relayPortsInUse()).isZero();
        }
    }

    @Test
    void answersBindingRequests() throws Exception {
        try (CallServer server = CallServer.with().start();
                Caller caller = new Caller(Wire.udp(server.udp()))) {
            StunMessage response = caller.request(Method.BINDING, Caller.NOTHING);

            assertThat(Caller.error(response)).isZero();
            assertThat(AddressAttribute.read(response, AttributeType.XOR_MAPPED_ADDRESS)).isPresent();
        }
    }

    @Test
    void relaysBetweenTwoOfItsOwnAllocations() throws Exception {
        try (CallServer server = CallServer.with().start();
                Caller one = new Caller(Wire.udp(server.udp()));
                Caller two = new Caller(Wire.tcp(server.tcp()))) {
            TransportAddress first = one.allocate();
            TransportAddress second = two.allocate();
            one.bind(0x4000, second);
            two.bind(0x4FFF, first);

            one.sendOn(0x4000, text("good pilgrim"));
            assertThat(two.channelData(0x4FFF)).isEqualTo(text("good pilgrim"));
            two.sendOn(0x4FFF, text("good night"));
            assertThat(one.channelData(0x4000)).isEqualTo(text("good night"));
        }
    }

    /** RFC 8656 §11.5. */
    @Test
    void tellsTheClientOfUnreachablePeers() throws Exception {
        Assumptions.assumeTrue(EventLoops.epollAvailable());
        try (CallServer server = CallServer.with().start();
                Caller caller = new Caller(Wire.udp(server.udp()))) {
            TransportAddress nobody;
            try (Echo gone = new Echo("127.0.0.1")) {
                nobody = gone.address();
            }
            caller.allocate();
            caller.permit(nobody);

            caller.sendTo(nobody, text("hello?"));

            byte[] bytes = caller.other();
            StunMessage message = new StunMessage();
            message.wrap(bytes, 0, bytes.length);
            assertThat(IcmpAttribute.read(message)).hasValue(new IcmpAttribute(3, 3, 0));
            assertThat(AddressAttribute.read(message, AttributeType.XOR_PEER_ADDRESS)).hasValue(nobody);
        }
    }

    @Test
    void endsTheAllocationWithItsStream() throws Exception {
        try (CallServer server = CallServer.with().start()) {
            try (Caller caller = new Caller(Wire.tcp(server.tcp()))) {
                caller.allocate();
            }

            assertThat(CallServer.next(server.reports).reason()).isEqualTo(AllocationEnd.DISCONNECTED);
            assertThat(server.service.gauges().relayPortsInUse()).isZero();
        }
    }

    private static Wire wire(CallServer server, String transport) throws IOException {
        return switch (transport) {
            case "udp" -> Wire.udp(server.udp());
            case "tcp" -> Wire.tcp(server.tcp());
            default -> Wire.tls(server.tls());
        };
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
