// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.relay.udp.EngineCounters.Count;
import im.thingle.relay.udp.EngineOnLoop.Kind;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Runs of equal datagrams that go to the kernel, and come from it, as one message. */
class SegmentsTest {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int SO_NO_CHECK = 11;

    @Test
    void sendsRunsTogether() throws Exception {
        try (EngineOnLoop on = new EngineOnLoop(Kind.NATIVE); Remote remote = new Remote(LOOPBACK)) {
            DatagramSocketPort port = on.open(LOOPBACK, new Recorder());
            int[] lengths = {100, 100, 100, 40, 200, 100, 100, 0, 100, 5, 5};

            send(on, port, remote, lengths);

            expect(remote, lengths);
            on.run(() -> {}); // counted by then
            // 100 100 100 40, then 200 100, then 100, 0, then 100 5, then 5
            assertThat(on.engine.counters().get(Count.SEGMENTS_SENT)).isEqualTo(8);
            assertThat(on.engine.counters().get(Count.SEND_CALLS)).isEqualTo(1);
        }
    }

    @Test
    void endsARunAtTheKernelsLimits() throws Exception {
        try (EngineOnLoop on = new EngineOnLoop(Kind.NATIVE); Remote remote = new Remote(LOOPBACK)) {
            DatagramSocketPort port = on.open(LOOPBACK, new Recorder());
            int[] many = new int[150];
            int[] large = new int[100];
            Arrays.fill(many, 20);
            Arrays.fill(large, 1400);

            send(on, port, remote, many);
            expect(remote, many);
            send(on, port, remote, large);
            expect(remote, large);
            on.run(() -> {});

            assertThat(on.engine.counters().get(Count.SEGMENTS_SENT)).isEqualTo(250);
            assertThat(on.engine.counters().dropped()).isZero();
        }
    }

    @Test
    void sendsOneByOneWhereTheKernelTakesNoRuns() throws Exception {
        try (EngineOnLoop on = new EngineOnLoop(Kind.NATIVE); Remote remote = new Remote(LOOPBACK)) {
            DatagramSocketPort port = on.open(LOOPBACK, new Recorder());
            // Linux refuses runs on a socket that sends no checksums
            on.run(() -> new SocketCalls().option(((NativeDatagramSocket) port).descriptor(), 1, SO_NO_CHECK, 1));
            int[] lengths = {100, 100, 40, 300, 300, 100, 100, 100};

            for (int round = 0; round < 2; round++) {
                send(on, port, remote, lengths);
                expect(remote, lengths);
            }
            on.run(() -> {});

            assertThat(on.engine.counters().get(Count.SEGMENTS_SENT)).isZero();
            assertThat(on.engine.counters().dropped()).isZero();
        }
    }

    @Test
    void keepsSendingRunsToOthersWhenOneDestinationTakesNone() throws Exception {
        try (EngineOnLoop on = new EngineOnLoop(Kind.NATIVE); Remote remote = new Remote(LOOPBACK)) {
            DatagramSocketPort port = on.open(LOOPBACK, new Recorder());
            // Linux says EINVAL to port 0, as it does to a run whose segments are too long for the path
            Destination narrow = on.destination(EngineOnLoop.address(LOOPBACK, 0));
            on.run(() -> {
                for (int i = 0; i < 4; i++) {
                    port.send(narrow, ByteBuffer.allocate(100));
                }
            });
            int[] lengths = {100, 100, 100};

            send(on, port, remote, lengths);

            expect(remote, lengths);
            on.run(() -> {});
            assertThat(on.engine.counters().get(Count.SEND_ERRORS)).isEqualTo(4);
            assertThat(on.engine.counters().get(Count.SEGMENTS_SENT)).isEqualTo(3);
        }
    }

    @Test
    void takesBurstsTogetherAndFramesEachPart() throws Exception {
        try (EngineOnLoop on = new EngineOnLoop(Kind.NATIVE); Remote remote = new Remote(LOOPBACK)) {
            Destination client = on.destination(remote.address());
            DatagramSocketPort[] listener = new DatagramSocketPort[1];
            listener[0] = on.open(LOOPBACK, new Recorder());
            Recorder framing = new Recorder(
                    (port, in) -> listener[0].forwardFramed(in, 0x4000 | in.bytes().get(in.offset()), client));
            DatagramSocketPort relayed = on.open(LOOPBACK, framing);
            DatagramSocketPort sender = on.open(LOOPBACK, new Recorder());
            Destination destination = on.destination(relayed.localAddress());
            byte number = 0;

            // until the engine has seen that it is worth it, and then some
            for (int round = 0; round < 50; round++) {
                byte[] payload = new byte[round == 49 ? 65 : 300];
                Arrays.fill(payload, (byte) 0x55);
                int first = number;
                on.run(() -> {
                    for (int i = 0; i < 20; i++) {
                        payload[0] = (byte) ((first + i) & 0x7F);
                        int length = i == 19 ? 7 : payload.length;
                        sender.send(destination, ByteBuffer.wrap(payload, 0, length));
                    }
                });
                for (int i = 0; i < 20; i++) {
                    ByteBuffer framed = ByteBuffer.wrap(remote.receive());
                    int length = i == 19 ? 7 : payload.length;
                    assertThat(framed.remaining()).isEqualTo(4 + length);
                    assertThat(framed.getShort()).isEqualTo((short) (0x4000 | (first + i) & 0x7F));
                    assertThat(framed.getShort()).isEqualTo((short) length);
                    assertThat(framed.get()).isEqualTo((byte) ((first + i) & 0x7F));
                    byte[] rest = Arrays.copyOf(payload, length - 1);
                    Arrays.fill(rest, (byte) 0x55);
                    assertThat(framed.slice()).isEqualTo(ByteBuffer.wrap(rest));
                }
                number = (byte) ((number + 20) & 0x7F);
            }

            assertThat(on.engine.counters().get(Count.SEGMENTS_RECEIVED)).isGreaterThan(400);
        }
    }

    /** The kernel does not tell of the segments of a run that was put together before the option was switched off. */
    @Test
    void readsNoRunAsOneWhenItGivesUpTakingRuns() throws Exception {
        Recorder recorder = new Recorder();
        try (EngineOnLoop on = new EngineOnLoop(Kind.NATIVE)) {
            NativeDatagramSocket port = (NativeDatagramSocket) on.open(LOOPBACK, recorder);
            DatagramSocketPort sender = on.open(LOOPBACK, new Recorder());
            Destination to = on.destination(port.localAddress());
            int[] burst = new int[20];
            Arrays.fill(burst, 300);
            int[] alone = IntStream.range(1, 65).toArray(); // each longer than the one before, so no two are a run
            for (int round = 0; round < 50 && !on.call(port.offload()::isOn); round++) {
                arrive(on, sender, to, recorder, burst);
            }
            assertThat(on.call(port.offload()::isOn)).isTrue();
            arrive(on, sender, to, recorder, burst);

            for (int sent = alone.length; sent < ReceiveOffload.PATIENCE; sent += alone.length) {
                arrive(on, sender, to, recorder, alone);
            }
            arrive(on, sender, to, recorder, IntStream.concat(Arrays.stream(alone), Arrays.stream(burst)).toArray());

            for (int sent = 0; sent <= ReceiveOffload.PATIENCE; sent += alone.length) {
                arrive(on, sender, to, recorder, alone);
            }
            assertThat(on.call(port.offload()::isOn)).as("once nothing waits").isFalse();
        }
    }

    /** Sends datagrams of these lengths in one turn, and sees them arrive. */
    private static void arrive(
            EngineOnLoop on, DatagramSocketPort from, Destination to, Recorder at, int[] lengths) throws Exception {
        on.run(() -> {
            for (int length : lengths) {
                from.send(to, ByteBuffer.allocate(length));
            }
        });
        for (int length : lengths) {
            assertThat(Recorder.next(at.arrivals).bytes()).hasSize(length);
        }
    }

    private static void send(EngineOnLoop on, DatagramSocketPort port, Remote to, int... lengths) throws Exception {
        Destination destination = on.destination(to.address());
        on.run(() -> {
            for (int i = 0; i < lengths.length; i++) {
                byte[] bytes = new byte[lengths[i]];
                Arrays.fill(bytes, (byte) i);
                port.send(destination, ByteBuffer.wrap(bytes));
            }
        });
    }

    private static void expect(Remote remote, int... lengths) throws Exception {
        for (int i = 0; i < lengths.length; i++) {
            byte[] bytes = new byte[lengths[i]];
            Arrays.fill(bytes, (byte) i);
            assertThat(remote.receive()).as("datagram %d", i).isEqualTo(bytes);
        }
    }
}
