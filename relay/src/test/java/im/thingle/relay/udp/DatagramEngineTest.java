// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.thingle.relay.udp.EngineCounters.Count;
import im.thingle.relay.udp.EngineOnLoop.Kind;
import im.thingle.stun.attribute.TransportAddress;
import java.io.IOException;
import java.net.BindException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every engine does, whatever it is made of. */
class DatagramEngineTest {
    private static final String LOOPBACK = "127.0.0.1";
    private static final Options SHARED = new Options(true, false, false, 0, 0);
    private static final Options RELAY = new Options(false, false, true, 4 << 20, 0);

    @ParameterizedTest
    @EnumSource
    void sendsFromItsAddress(Kind kind) throws Exception {
        for (String host : List.of(LOOPBACK, "::1")) {
            try (EngineOnLoop on = new EngineOnLoop(kind); Remote remote = new Remote(host)) {
                DatagramSocketPort port = on.open(host, new Recorder());
                Destination destination = on.destination(remote.address());

                on.run(() -> port.send(destination, ByteBuffer.wrap(new byte[] {0, 1, 2, 3}, 1, 2)));
                on.run(() -> port.send(destination, ByteBuffer.allocateDirect(2)));

                assertThat(remote.receive()).containsExactly(1, 2);
                assertThat(remote.receiveFrom()).isEqualTo(port.localAddress());
                assertThat(destination.address()).isEqualTo(remote.address());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void carriesEmptyDatagrams(Kind kind) throws Exception {
        Assumptions.assumeTrue(kind.isNative(), "Netty sends none");
        Recorder echo = new Recorder((port, datagram) -> port.reply(datagram, datagram.bytes()));
        try (EngineOnLoop on = new EngineOnLoop(kind); Remote remote = new Remote(LOOPBACK)) {
            DatagramSocketPort port = on.open(LOOPBACK, echo);

            remote.send(port.localAddress());

            assertThat(remote.receive()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void tellsBytesAndSourceAndAnswersThere(Kind kind) throws Exception {
        for (String host : List.of(LOOPBACK, "::1")) {
            Recorder echo = new Recorder((port, datagram) -> port.reply(datagram, datagram.bytes()));
            try (EngineOnLoop on = new EngineOnLoop(kind); Remote remote = new Remote(host)) {
                DatagramSocketPort port = on.open(host, echo);

                remote.send(port.localAddress(), (byte) 0x80, (byte) 7);

                assertThat(remote.receive()).containsExactly(0x80, 7);
                Recorder.Arrival arrival = Recorder.next(echo.arrivals);
                assertThat(arrival.bytes()).containsExactly(0x80, 7);
                assertThat(arrival.source()).isEqualTo(remote.address());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsInNetworkOrderWithinTheDatagram(Kind kind) throws Exception {
        List<Integer> read = new ArrayList<>();
        Recorder reader = new Recorder((port, datagram) -> {
            read.add((int) datagram.bytes().getShort(datagram.offset()));
            datagram.bytes().get(datagram.offset() + datagram.length());
        });
        try (EngineOnLoop on = new EngineOnLoop(kind); Remote remote = new Remote(LOOPBACK)) {
            DatagramSocketPort port = on.open(LOOPBACK, reader);

            remote.send(port.localAddress(), (byte) 1, (byte) 2);

            assertThat(Recorder.next(reader.faults)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThat(read).containsExactly(0x0102);
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsNothingBeforeItIsStarted(Kind kind) throws Exception {
        Recorder recorder = new Recorder();
        try (EngineOnLoop on = new EngineOnLoop(kind); Remote remote = new Remote(LOOPBACK)) {
            TransportAddress any = EngineOnLoop.address(LOOPBACK, 0);
            DatagramSocketPort port = on.call(() -> on.engine.open(any, RELAY, recorder));
            remote.send(port.localAddress(), (byte) 1);
            on.run(() -> {}); // whatever was ready has been read

            assertThat(recorder.arrivals).isEmpty();
            on.run(port::start);
            assertThat(Recorder.next(recorder.arrivals).bytes()).containsExactly(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void saysThatAnAddressIsTaken(Kind kind) throws Exception {
        try (EngineOnLoop on = new EngineOnLoop(kind)) {
            DatagramSocketPort port = on.open(LOOPBACK, new Recorder());

            assertThatThrownBy(() -> on.call(() -> on.engine.open(port.localAddress(), RELAY, new Recorder())))
                    .hasCauseInstanceOf(BindException.class)
                    .hasMessageContaining(String.valueOf(port.localAddress().port()));
            on.run(port::close);
            Assumptions.assumeTrue(kind != Kind.PORTABLE_NIO, "the JDK gives it back when its selector has run");
            on.call(() -> on.engine.open(port.localAddress(), RELAY, new Recorder())).close();
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PORTABLE_NIO")
    void sharesAPortAmongThoseWhoWantTo(Kind kind) throws Exception {
        try (EngineOnLoop on = new EngineOnLoop(kind)) {
            DatagramSocketPort one = on.open(LOOPBACK, SHARED, new Recorder());

            DatagramSocketPort two = on.call(() -> on.engine.open(one.localAddress(), SHARED, new Recorder()));

            assertThat(two.localAddress()).isEqualTo(one.localAddress());
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesAnAddressOfAnotherMachine(Kind kind) throws Exception {
        try (EngineOnLoop on = new EngineOnLoop(kind)) {
            assertThatThrownBy(() -> on.open("192.0.2.1", new Recorder())).hasCauseInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void goesOnAfterAFaultOfTheReceiver(Kind kind) throws Exception {
        IllegalStateException bug = new IllegalStateException("on purpose");
        Recorder faulty = new Recorder((port, datagram) -> {
            if (datagram.length() == 1) {
                throw bug;
            }
        });
        try (EngineOnLoop on = new EngineOnLoop(kind); Remote remote = new Remote(LOOPBACK)) {
            DatagramSocketPort port = on.open(LOOPBACK, faulty);

            remote.send(port.localAddress(), (byte) 1);
            remote.send(port.localAddress(), (byte) 2, (byte) 2);

            assertThat(Recorder.next(faulty.faults)).isSameAs(bug);
            Recorder.next(faulty.arrivals);
            assertThat(Recorder.next(faulty.arrivals).bytes()).containsExactly(2, 2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void tellsOfPortsThatNobodyListensOn(Kind kind) throws Exception {
        Assumptions.assumeTrue(kind.isNative());
        for (String host : List.of(LOOPBACK, "::1")) {
            Recorder recorder = new Recorder();
            try (EngineOnLoop on = new EngineOnLoop(kind)) {
                TransportAddress nobody = nobody(host);
                DatagramSocketPort port = on.open(host, recorder);
                Destination destination = on.destination(nobody);

                on.run(() -> port.send(destination, ByteBuffer.wrap(new byte[10])));

                // RFC 792: unreachable, port; RFC 4443 §3.1: unreachable, port
                boolean ipv4 = host.equals(LOOPBACK);
                assertThat(Recorder.next(recorder.errors))
                        .isEqualTo(new Recorder.IcmpError(nobody, ipv4 ? 3 : 1, ipv4 ? 3 : 4));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void losesNothingToTheErrorsOfOthers(Kind kind) throws Exception {
        try (EngineOnLoop on = new EngineOnLoop(kind); Remote remote = new Remote(LOOPBACK)) {
            DatagramSocketPort port = on.open(LOOPBACK, new Recorder());
            Destination good = on.destination(remote.address());
            Destination bad = on.destination(nobody(LOOPBACK));

            for (int round = 0; round < 20; round++) {
                byte[] number = {(byte) round};
                on.run(() -> {
                    port.send(bad, ByteBuffer.wrap(number));
                    port.send(good, ByteBuffer.wrap(number));
                    port.send(bad, ByteBuffer.wrap(number));
                });
            }

            for (int round = 0; round < 20; round++) {
                assertThat(remote.receive()).containsExactly(round);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void sendsWhatMustNotBeFragmented(Kind kind) throws Exception {
        try (EngineOnLoop on = new EngineOnLoop(kind); Remote remote = new Remote(LOOPBACK)) {
            DatagramSocketPort port = on.open(LOOPBACK, new Recorder());
            Destination destination = on.destination(remote.address());

            on.run(() -> port.sendUnfragmented(destination, ByteBuffer.wrap(new byte[] {5})));

            assertThat(remote.receive()).containsExactly(5);
        }
    }

    @ParameterizedTest
    @EnumSource
    void counts(Kind kind) throws Exception {
        Recorder recorder = new Recorder();
        try (EngineOnLoop on = new EngineOnLoop(kind); Remote remote = new Remote(LOOPBACK)) {
            DatagramSocketPort port = on.open(LOOPBACK, recorder);
            Destination destination = on.destination(remote.address());
            on.run(() -> port.send(destination, ByteBuffer.wrap(new byte[1])));
            remote.send(port.localAddress(), (byte) 1);
            remote.receive();
            Recorder.next(recorder.arrivals);
            on.run(() -> {});

            EngineCounters counters = on.engine.counters();

            assertThat(counters.get(Count.SENT)).isEqualTo(1);
            assertThat(counters.get(Count.RECEIVED)).isEqualTo(1);
            assertThat(counters.dropped()).isZero();
        }
    }

    private static TransportAddress nobody(String host) throws IOException {
        try (Remote gone = new Remote(host)) {
            return gone.address();
        }
    }
}
