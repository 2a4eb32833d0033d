// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.relay.net.EventLoops;
import im.thingle.stun.attribute.NumberAttribute;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.message.MessageClass;
import im.thingle.stun.message.MessageType;
import im.thingle.stun.message.Method;
import im.thingle.stun.message.StunMessageWriter;
import im.thingle.stun.message.TransactionId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Allocating and giving back over and over leaves no descriptor, port or memory behind.
 * {@code -Dthingle.turn.cycles=1000000} makes it a million times, which takes a few minutes.
 */
@Timeout(3600)
class LeaksNothingTest {
    private static final int CYCLES = Integer.getInteger("thingle.turn.cycles", 3000);
    private static final int STRANGERS = Integer.getInteger("thingle.turn.strangers", 50_000);
    private static final int HELLOS_OF_A_PORT = 50;
    private static final long MEGABYTE = 1 << 20;

    @Test
    void comesBackToWhereItBegan() throws Exception {
        Assumptions.assumeTrue(EventLoops.epollAvailable());
        try (CallServer server = CallServer.with().start();
                Caller caller = new Caller(Wire.udp(server.udp()));
                Echo echo = new Echo("127.0.0.1")) {
            cycle(caller, echo.address(), CYCLES / 3);
            CallServer.await(() -> server.service.gauges().relayPortsInUse() == 0);
            long descriptors = descriptors();
            long heap = heap();

            cycle(caller, echo.address(), CYCLES);

            CallServer.await(() -> server.service.gauges().allocations() == 0);
            assertThat(server.service.gauges().relayPortsInUse()).isZero();
            CallServer.await(() -> descriptors() <= descriptors);
            server.reports.clear();
            server.refusals.clear();
            assertThat(heap() - heap).as("bytes of heap").isLessThan(4 * MEGABYTE);
        }
    }

    /** Requests without credentials, each from a port of its own: nothing is kept of any. */
    @Test
    void keepsNothingOfStrangers() throws Exception {
        try (CallServer server = CallServer.with().start();
                DatagramSocket socket = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"))) {
            flood(socket, server, STRANGERS / 5);
            server.refusals.clear();
            long heap = heap();

            flood(socket, server, STRANGERS);

            server.refusals.clear();
            assertThat(server.service.gauges().allocations()).isZero();
            assertThat(heap() - heap).as("bytes of heap").isLessThan(4 * MEGABYTE);
        }
    }

    /** DTLS hellos without a cookie and with wrong ones, from many ports: nothing is kept of any (RFC 6347 §4.2.1). */
    @Test
    void keepsNothingOfHellosThatBringNoCookieBack() throws Exception {
        CallServer.Choice choice = CallServer.with();
        choice.certificate = Certificate.selfSigned("EC");
        try (CallServer server = choice.start()) {
            greet(server, STRANGERS / 5);
            long heap = heap();

            greet(server, STRANGERS);

            TurnGauges gauges = server.service.gauges();
            assertThat(gauges.dtls()).isZero();
            assertThat(gauges.dtlsHandshakes()).isZero();
            assertThat(gauges.streams()).isZero();
            assertThat(server.streamRefusals).isEmpty();
            assertThat(server.bugs).isEmpty();
            assertThat(heap() - heap).as("bytes of heap").isLessThan(4 * MEGABYTE);
            try (Caller caller = new Caller(new DtlsWire(server.dtls()))) {
                caller.allocate();
            }
        }
    }

    private static void greet(CallServer server, int times) throws IOException {
        byte[] answer = new byte[2048];
        for (int sent = 0; sent < times; ) {
            try (DatagramSocket socket = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"))) {
                socket.setSoTimeout(1);
                for (int i = 0; i < HELLOS_OF_A_PORT; i++, sent++) {
                    byte[] hello = DtlsHello.bytes(sent, new byte[sent % 2 * 32]);
                    socket.send(new DatagramPacket(hello, hello.length, server.dtls()));
                }
                drain(socket, answer);
            }
        }
    }

    private static void cycle(Caller caller, TransportAddress peer, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            if (i % 4 == 0) {
                Caller.relayed(caller.allocate(writer -> NumberAttribute.EVEN_PORT.write(writer, 0)));
            } else {
                caller.allocate();
            }
            caller.bind(0x4000 + i % 0x1000, peer);
            caller.sendOn(0x4000 + i % 0x1000, new byte[100]);
            caller.channelData(0x4000 + i % 0x1000);
            caller.release();
        }
    }

    private static void flood(DatagramSocket socket, CallServer server, int times) throws IOException {
        StunMessageWriter writer = new StunMessageWriter();
        ByteBuffer bytes = ByteBuffer.allocate(200);
        socket.setSoTimeout(1);
        byte[] answer = new byte[2048];
        for (int i = 0; i < times; i++) {
            writer.start(bytes, 0, MessageType.of(MessageClass.REQUEST, Method.ALLOCATE), new TransactionId(i, i));
            NumberAttribute.REQUESTED_TRANSPORT.write(writer, NumberAttribute.UDP);
            socket.send(new DatagramPacket(bytes.array(), writer.length(), server.udp()));
            if (i % 64 == 0) {
                drain(socket, answer);
            }
        }
    }

    private static void drain(DatagramSocket socket, byte[] answer) throws IOException {
        try {
            while (true) {
                socket.receive(new DatagramPacket(answer, answer.length));
            }
        } catch (SocketTimeoutException empty) {
            // for now
        }
    }

    private static long descriptors() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long heap() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(least, Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        return least;
    }
}
