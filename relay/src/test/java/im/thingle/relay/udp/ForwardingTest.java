// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.relay.udp.EngineOnLoop.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Datagrams that go from one port to another: no byte of them changes, none is lost, and each flow keeps its order. */
class ForwardingTest {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int CHANNEL = 0x4001;

    @ParameterizedTest
    @EnumSource
    void forwardsAPartOfADatagram(Kind kind) throws Exception {
        try (Relay relay = new Relay(kind, "::1")) {
            relay.client.send(relay.listener.localAddress(), framed(new byte[] {8, 9}));

            assertThat(relay.peer.receive()).containsExactly(8, 9);
        }
    }

    @ParameterizedTest
    @EnumSource
    void putsTheChannelInFront(Kind kind) throws Exception {
        try (Relay relay = new Relay(kind, "::1")) {
            relay.peer.send(relay.relayed.localAddress(), (byte) 8, (byte) 9);
            relay.peer.send(relay.relayed.localAddress());

            // RFC 8656 §12.4: number, length, data
            assertThat(relay.client.receive()).containsExactly(0x40, 1, 0, 2, 8, 9);
            assertThat(relay.client.receive()).containsExactly(0x40, 1, 0, 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsBytesAndOrderOfBursts(Kind kind) throws Exception {
        for (int seed = 0; seed < 6; seed++) {
            Random random = new Random(seed);
            try (Relay relay = new Relay(kind, LOOPBACK)) {
                int least = kind.isNative() ? 0 : 1; // Netty sends no empty ones
                List<byte[]> up = payloads(random, least);
                List<byte[]> down = payloads(random, least);
                // the loop is kept from reading, so that it finds all of it at once
                relay.on.run(() -> {
                    try {
                        for (int i = 0; i < up.size(); i++) {
                            relay.client.send(relay.listener.localAddress(), framed(up.get(i)));
                            relay.peer.send(relay.relayed.localAddress(), down.get(i));
                        }
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });

                for (int i = 0; i < up.size(); i++) {
                    assertThat(relay.peer.receive()).as("up %d, seed %d", i, seed).isEqualTo(up.get(i));
                    assertThat(relay.client.receive()).as("down %d, seed %d", i, seed).isEqualTo(framed(down.get(i)));
                }
                assertThat(relay.on.engine.counters().dropped()).isZero();
            }
        }
    }

    /** More than a batch; runs of one length, of which some end with a shorter one, and lengths without any order. */
    private static List<byte[]> payloads(Random random, int least) {
        List<byte[]> payloads = new ArrayList<>();
        while (payloads.size() < 400) {
            int length = random.nextInt(least, 1400);
            int run = random.nextInt(4) == 0 ? random.nextInt(100) : random.nextInt(4);
            for (int i = 0; i < run; i++) {
                payloads.add(bytes(random, length));
            }
            payloads.add(bytes(random, random.nextInt(least, length + 1)));
        }
        return payloads.subList(0, 400);
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] framed(byte[] payload) {
        return ByteBuffer.allocate(payload.length + 4)
                .putShort((short) CHANNEL)
                .putShort((short) payload.length)
                .put(payload)
                .array();
    }

    @ParameterizedTest
    @EnumSource
    void sendsToADestinationThatWasClosedMeanwhile(Kind kind) throws Exception {
        try (EngineOnLoop on = new EngineOnLoop(kind);
                Remote client = new Remote(LOOPBACK);
                Remote one = new Remote(LOOPBACK);
                Remote two = new Remote(LOOPBACK)) {
            Recorder fork = new Recorder((port, datagram) -> {
                Destination first = on.engine.destination(one.address());
                port.forward(datagram, datagram.offset(), 1, first);
                first.close();
                first.close();
                Destination second = on.engine.destination(two.address());
                port.forward(datagram, datagram.offset() + 1, 1, second);
                second.close();
            });
            DatagramSocketPort port = on.open(LOOPBACK, fork);

            for (int i = 0; i < 3; i++) {
                client.send(port.localAddress(), (byte) 1, (byte) 2);

                assertThat(one.receive()).containsExactly(1);
                assertThat(two.receive()).containsExactly(2);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void framesOneDatagramForSeveral(Kind kind) throws Exception {
        try (EngineOnLoop on = new EngineOnLoop(kind);
                Remote one = new Remote(LOOPBACK);
                Remote two = new Remote(LOOPBACK)) {
            Destination first = on.destination(one.address());
            Destination second = on.destination(two.address());
            DatagramSocketPort port = on.open(LOOPBACK, new Recorder((self, datagram) -> {
                self.forwardFramed(datagram, 0x4001, first);
                self.forwardFramed(datagram, 0x4002, second);
            }));

            one.send(port.localAddress(), (byte) 9);

            assertThat(one.receive()).containsExactly(0x40, 1, 0, 1, 9);
            assertThat(two.receive()).containsExactly(0x40, 2, 0, 1, 9);
        }
    }

    @ParameterizedTest
    @EnumSource
    void mayBeClosedAmidABatch(Kind kind) throws Exception {
        try (EngineOnLoop on = new EngineOnLoop(kind);
                Remote client = new Remote(LOOPBACK);
                Remote peer = new Remote(LOOPBACK)) {
            Destination destination = on.destination(peer.address());
            DatagramSocketPort other = on.open(LOOPBACK, new Recorder());
            Recorder closing = new Recorder((port, datagram) -> {
                other.forward(datagram, datagram.offset(), datagram.length(), destination);
                if (datagram.bytes().get(datagram.offset()) == 2) {
                    port.close();
                    other.close();
                    other.forward(datagram, datagram.offset(), 1, destination);
                    port.close();
                }
            });
            DatagramSocketPort port = on.open(LOOPBACK, closing);
            on.run(() -> {
                try {
                    for (int i = 0; i < 5; i++) {
                        client.send(port.localAddress(), (byte) i);
                    }
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });

            for (int i = 0; i < 3; i++) {
                assertThat(peer.receive()).containsExactly(i);
            }
            on.run(() -> {});
            assertThat(closing.arrivals).hasSize(3);
            assertThat(on.open(LOOPBACK, new Recorder()).localAddress().port()).isPositive();
        }
    }

    /** A client's listener and one relayed address, as bare as can be. */
    private static final class Relay implements AutoCloseable {
        final EngineOnLoop on;
        final Remote client;
        final Remote peer;
        final DatagramSocketPort listener;
        final DatagramSocketPort relayed;

        Relay(Kind kind, String host) throws Exception {
            on = new EngineOnLoop(kind);
            client = new Remote(host);
            peer = new Remote(host);
            Destination toClient = on.destination(client.address());
            Destination toPeer = on.destination(peer.address());
            DatagramSocketPort[] ports = new DatagramSocketPort[2];
            relayed = on.open(host, receiver((port, in) -> ports[0].forwardFramed(in, CHANNEL, toClient)));
            listener = on.open(
                    host, receiver((port, in) -> relayed.forward(in, in.offset() + 4, in.length() - 4, toPeer)));
            ports[0] = listener;
        }

        private static Receiver receiver(BiConsumer<DatagramSocketPort, Datagram> action) {
            return new Recorder(action);
        }

        @Override
        public void close() {
            on.close();
            client.close();
            peer.close();
        }
    }
}
