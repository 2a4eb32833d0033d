// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.relay.account.CloseReason;
import im.thingle.relay.account.Refusal;
import im.thingle.relay.account.StreamReport;
import im.thingle.relay.account.Usage;
import im.thingle.relay.net.Transport;
import im.thingle.relay.socks5.StreamKey;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One brokered leg whose other side is in-band (XEP-0261): read and written chunk by chunk. */
class BridgesLegTest {
    private static final int CHUNK = 16 * 1024;

    private final List<StreamKey> leg = Brokering.leg(1);

    @ParameterizedTest
    @EnumSource
    void carriesEveryByteBothWaysAndTellsTheStory(Transport transport) throws Exception {
        byte[] there = CarriesBytesTest.random(1 << 20, 1);
        byte[] back = CarriesBytesTest.random(1 << 20, 2);
        try (Brokering broker = new Brokering(transport);
                Client client = parked(broker)) {
            Brokering.Bridged bridged = broker.bridge(leg);
            bridged.leg();
            assertThat(broker.proxy.server.gauges().active()).isEqualTo(1);
            CompletableFuture<Void> sending = CarriesBytesTest.sendAndEnd(client, there);
            assertThat(bridged.read(there.length)).isEqualTo(there);
            sending.join();

            CompletableFuture<byte[]> got = CompletableFuture.supplyAsync(() -> CarriesBytesTest.all(client));
            for (int at = 0; at < back.length; at += CHUNK) {
                bridged.write(Arrays.copyOfRange(back, at, at + CHUNK));
            }
            bridged.leg().endOutput();
            assertThat(got.join()).isEqualTo(back);
            assertThat(broker.proxy.reports).isEmpty();
            bridged.leg().read();
            assertThat(bridged.next()).isEqualTo("ended");

            StreamReport report = broker.proxy.report();
            assertThat(report.reason()).isEqualTo(CloseReason.COMPLETED);
            assertThat(report.hash()).isEqualTo(leg.getFirst().toString());
            assertThat(report.requester()).isEqualTo(Proxy.PARTIES.requester());
            assertThat(report.session()).isEqualTo("j1");
            assertThat(report.first().getPort()).isEqualTo(client.socket.getLocalPort());
            assertThat(report.second()).isNull();
            assertThat(report.bytesFromFirst()).isEqualTo(there.length);
            assertThat(report.bytesFromSecond()).isEqualTo(back.length);
            assertThat(bridged.told).isEmpty();
            assertThat(broker.proxy.accounts.usage(Proxy.PARTIES.account()))
                    .isEqualTo(new Usage(0, 0, 0, 2 << 20, 0, 0));
            assertNothingIsLeft(broker);
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsNothingThatIsNotAskedFor(Transport transport) throws Exception {
        byte[] sent = CarriesBytesTest.random(3_000_000, 3);
        try (Brokering broker = new Brokering(transport);
                Client client = parked(broker)) {
            Brokering.Bridged bridged = broker.bridge(leg);
            CompletableFuture<Void> sending = CarriesBytesTest.sendAndEnd(client, sent);
            byte[] first = bridged.read();
            broker.proxy.pass(Duration.ofMinutes(30));

            assertThat(first.length).isBetween(1, CHUNK);
            assertThat(broker.proxy.server.gauges().bytesRelayed()).isEqualTo(first.length);
            assertThat(bridged.told).isEmpty();
            byte[] rest = bridged.read(sent.length - first.length);
            assertThat(ParksTest.joined(first, rest)).isEqualTo(sent);
            sending.join();
        }
    }

    @ParameterizedTest
    @EnumSource
    void tellsThatAChunkIsWrittenOnceTheKernelHasAllOfIt(Transport transport) throws Exception {
        byte[] large = CarriesBytesTest.random(12_000_000, 4);
        try (Brokering broker = new Brokering(transport);
                Client client = parked(broker, 4096)) {
            Brokering.Bridged bridged = broker.bridge(leg);
            bridged.leg().write(large);
            bridged.leg().endOutput(); // goes out behind it
            long before;
            do {
                before = broker.proxy.server.gauges().bytesRelayed();
                broker.proxy.pass(Duration.ZERO);
            } while (before == 0 || broker.proxy.server.gauges().bytesRelayed() > before);
            assertThat(bridged.told).isEmpty();

            assertThat(client.receiveAll()).isEqualTo(large);
            assertThat(bridged.next()).isEqualTo("written");
        }
    }

    @ParameterizedTest
    @EnumSource
    void letsAListenerAnswerAtOnceForAsLongAsItLikes(Transport transport) throws Exception {
        byte[] sent = CarriesBytesTest.random(4_000_000, 5);
        try (Brokering broker = new Brokering(transport);
                Client client = parked(broker)) {
            Echo echo = new Echo();
            broker.commands().bridge(leg, Proxy.PARTIES, echo, echo);

            CompletableFuture<Void> sending = CarriesBytesTest.sendAndEnd(client, sent);
            assertThat(client.receiveAll()).isEqualTo(sent);
            sending.join();

            assertThat(broker.proxy.report().reason()).isEqualTo(CloseReason.COMPLETED);
            assertNothingIsLeft(broker);
        }
    }

    @ParameterizedTest
    @EnumSource
    void losesNothingThatWasSentBefore(Transport transport) throws Exception {
        byte[] early = CarriesBytesTest.random(50_000, 6);
        try (Brokering broker = new Brokering(transport);
                Client client = parked(broker)) {
            client.send(early);
            client.endOutput();
            broker.proxy.pass(Duration.ZERO);

            Brokering.Bridged bridged = broker.bridge(leg);

            assertThat(bridged.read(early.length)).isEqualTo(early);
            bridged.leg().read();
            assertThat(bridged.next()).isEqualTo("ended");
            bridged.write(new byte[] {9});
            assertThat(client.receive(1)).containsExactly(9);
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsTheWayBackOpenAfterOurEnd(Transport transport) throws Exception {
        try (Brokering broker = new Brokering(transport);
                Client client = parked(broker)) {
            Brokering.Bridged bridged = broker.bridge(leg);
            bridged.write(new byte[] {1, 2});
            bridged.leg().endOutput();
            assertThat(client.receiveAll()).containsExactly(1, 2);

            client.send(new byte[] {3});
            assertThat(bridged.read()).containsExactly(3);
            client.endOutput();
            bridged.leg().read();
            assertThat(bridged.next()).isEqualTo("ended");

            assertThat(broker.proxy.report().reason()).isEqualTo(CloseReason.COMPLETED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void cutsAtOnceAndDestroysNothingThatWasWritten(Transport transport) throws Exception {
        byte[] written = CarriesBytesTest.random(20_000, 7);
        try (Brokering broker = new Brokering(transport);
                Client client = parked(broker)) {
            Brokering.Bridged bridged = broker.bridge(leg);
            client.send(new byte[100_000]); // which nobody will read: to close now would reset the connection
            bridged.write(written);
            bridged.leg().cut();

            assertThat(broker.proxy.report().reason()).isEqualTo(CloseReason.ENDED);
            assertThat(client.receiveAll()).isEqualTo(written);
            bridged.leg().read();
            bridged.leg().write(new byte[] {1});
            bridged.leg().endOutput();
            bridged.leg().cut();
            assertNothingIsLeft(broker);
            assertThat(bridged.told).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void tellsThatTheClientHasGone(Transport transport) throws Exception {
        try (Brokering broker = new Brokering(transport);
                Client client = parked(broker)) {
            Brokering.Bridged bridged = broker.bridge(leg);
            bridged.leg().read();
            client.reset();

            assertThat(bridged.next()).isEqualTo(CloseReason.RESET);
            assertThat(broker.proxy.report().reason()).isEqualTo(CloseReason.RESET);
            assertNothingIsLeft(broker);
        }
    }

    @ParameterizedTest
    @EnumSource
    void deliversWhatTheClientSentBeforeItWentThoughItTakesNoMore(Transport transport) throws Exception {
        byte[] sent = CarriesBytesTest.random(40_000, 8);
        try (Brokering broker = new Brokering(transport);
                Client client = parked(broker)) {
            Brokering.Bridged bridged = broker.bridge(leg);
            client.send(sent);
            client.socket.close();
            bridged.write(new byte[] {1}); // which the client's system answers with a reset
            byte[] first = bridged.read();
            bridged.leg().write(new byte[] {2});

            byte[] rest = bridged.read(sent.length - first.length);

            assertThat(ParksTest.joined(first, rest)).isEqualTo(sent);
            bridged.leg().read();
            assertThat(bridged.next()).isEqualTo(CloseReason.RESET);
            assertNothingIsLeft(broker);
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesWhatIsNotThereAndTakesItOnce(Transport transport) throws Exception {
        try (Brokering broker = new Brokering(transport)) {
            assertThat(broker.bridge(leg).refusal()).isEqualTo(Refusal.UNKNOWN_HASH);
            broker.commands().expect(leg);
            assertThat(broker.bridge(leg).refusal()).isEqualTo(Refusal.UNKNOWN_HASH);

            try (Client client = broker.park(leg)) {
                Brokering.Bridged bridged = broker.bridge(leg);
                bridged.leg();
                assertThat(broker.bridge(leg).refusal()).isEqualTo(Refusal.ALREADY_ACTIVE);
                List<StreamKey> other = broker.expect(0);
                assertThat(broker.join(leg, other).refusal()).isEqualTo(Refusal.ONE_LEG);
                assertThat(broker.turnsAway(leg.getLast())).isTrue();
                broker.commands().release(leg);
                broker.commands().release(other);
                client.send(new byte[] {1});
                assertThat(bridged.read()).containsExactly(1);
                bridged.leg().cut();
            }
            assertNothingIsLeft(broker);
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsTheLegParkedWhereALimitStandsInTheWay(Transport transport) throws Exception {
        try (Brokering broker = new Brokering(transport, Limits.streamsPerAddress(1))) {
            List<StreamKey> other = broker.expect(0);
            try (Client client = parked(broker);
                    Client second = broker.park(other)) {
                Brokering.Bridged bridged = broker.bridge(leg);
                bridged.leg();
                assertThat(broker.bridge(other).refusal()).isEqualTo(Refusal.STREAMS_PER_ADDRESS);
                bridged.leg().cut();
                assertThat(client.isCut()).isTrue();

                second.send(new byte[] {5});
                assertThat(broker.bridge(other).read()).containsExactly(5);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void paysForTheDaysBytesBothWays(Transport transport) throws Exception {
        try (Brokering broker = new Brokering(transport, Limits.bytesPerDayPerJid(1000));
                Client client = parked(broker)) {
            Brokering.Bridged bridged = broker.bridge(leg);
            client.send(new byte[600]);
            bridged.read(600);
            bridged.leg().write(new byte[600]);

            assertThat(bridged.next()).isEqualTo(CloseReason.BYTES_PER_DAY);
            assertThat(client.receiveAll()).hasSize(400);
            assertThat(broker.proxy.report().reason()).isEqualTo(CloseReason.BYTES_PER_DAY);
            assertNothingIsLeft(broker);
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsToTheRate(Transport transport) throws Exception {
        int count = 600_000;
        try (Brokering broker = new Brokering(transport, Limits.ratePerJid(1_000_000));
                Client client = parked(broker)) {
            Brokering.Bridged bridged = broker.bridge(leg);
            long start = System.nanoTime();
            CompletableFuture<Void> sending = CarriesBytesTest.sendAndEnd(client, new byte[count]);
            bridged.read(count);
            sending.join();
            bridged.leg().write(new byte[count]);
            assertThat(client.receive(count)).hasSize(count);

            assertThat(System.nanoTime() - start).isGreaterThan((long) (0.8 * 2 * count * 1000));
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsTheFirstByteAlsoAfterAPause(Transport transport) throws Exception {
        try (Brokering broker = new Brokering(transport, Limits.ratePerJid(100_000))) {
            List<StreamKey> other = broker.expect(0);
            try (Client busy = broker.park(other);
                    Client client = parked(broker)) {
                client.send(new byte[] {1});
                broker.proxy.pass(Duration.ZERO);
                CompletableFuture<Void> sending = CarriesBytesTest.sendAndEnd(busy, new byte[40_000]);
                broker.bridge(other).read(40_000); // the account is in debt now

                assertThat(broker.bridge(leg).read()).containsExactly(1);
                sending.join();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsWhenNothingMoves(Transport transport) throws Exception {
        for (CloseReason reason : List.of(CloseReason.IDLE, CloseReason.HALF_CLOSED_TIMEOUT, CloseReason.DRAINED)) {
            try (Brokering broker = new Brokering(transport);
                    Client client = parked(broker)) {
                Brokering.Bridged bridged = broker.bridge(leg);
                bridged.write(new byte[] {1});
                broker.proxy.pass(Duration.ZERO);
                switch (reason) {
                    case IDLE -> broker.proxy.pass(Duration.ofMinutes(59));
                    case HALF_CLOSED_TIMEOUT -> {
                        client.endOutput();
                        bridged.leg().read();
                        assertThat(bridged.next()).isEqualTo("ended");
                        broker.proxy.pass(Duration.ZERO);
                        broker.proxy.pass(Duration.ofSeconds(110));
                    }
                    default -> broker.proxy.server.drain(Duration.ofMinutes(2));
                }
                assertThat(broker.proxy.reports).isEmpty();

                broker.proxy.pass(Duration.ofMinutes(2));

                assertThat(bridged.next()).isEqualTo(reason);
                assertThat(broker.proxy.report().reason()).isEqualTo(reason);
                assertThat(client.receiveAll()).containsExactly(1);
                assertNothingIsLeft(broker);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void isListedAndEndedFromOutsideAsAnyStream(Transport transport) throws Exception {
        try (Brokering broker = new Brokering(transport);
                Client client = parked(broker)) {
            Brokering.Bridged bridged = broker.bridge(leg);
            bridged.leg();
            assertThat(CommandsTest.list(broker.proxy)).singleElement()
                    .satisfies(stream -> assertThat(stream.hash()).isEqualTo(leg.getFirst().toString()));

            assertThat(CommandsTest.end(broker.proxy, leg.getFirst())).isTrue();

            assertThat(bridged.next()).isEqualTo(CloseReason.ENDED);
            assertThat(client.isCut()).isTrue();
            assertNothingIsLeft(broker);
        }
    }

    @ParameterizedTest
    @EnumSource
    void leavesNothingBehindWhenALegIsReleasedOrItsSocketGoesWhileItIsBridged(Transport transport) throws Exception {
        try (Brokering broker = new Brokering(transport)) {
            for (int i = 0; i < 40; i++) {
                try (Client client = parked(broker)) {
                    if (i % 2 == 0) {
                        client.reset();
                    }
                    Brokering.Bridged bridged = broker.bridge(leg);
                    broker.commands().release(leg);
                    broker.proxy.server.sweepNow();
                    if (bridged.answer.isDone()) {
                        bridged.leg().cut();
                    } else {
                        assertThat(bridged.refusal()).isEqualTo(Refusal.UNKNOWN_HASH);
                    }
                    assertThat(i % 2 == 0 || client.isCut()).isTrue();
                }
                broker.assertNothingIsLeft();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsTheStreamAndNothingElseWhenItIsMisused(Transport transport) throws Exception {
        try (Brokering broker = new Brokering(transport);
                Client client = parked(broker)) {
            Brokering.Bridged bridged = broker.bridge(leg);
            bridged.leg().endOutput();
            bridged.leg().write(new byte[] {1});

            assertThat(bridged.next()).isEqualTo(CloseReason.FAULT);
            assertThat(broker.proxy.bugs.poll(5, TimeUnit.SECONDS)).isInstanceOf(IllegalStateException.class);
            assertThat(client.isCut()).isTrue();
            assertNothingIsLeft(broker);
        }
    }

    private Client parked(Brokering broker) throws IOException {
        broker.commands().expect(leg);
        return broker.park(leg);
    }

    /** With a small receive buffer, so that it soon stops the sender. */
    private Client parked(Brokering broker, int receiveBuffer) throws IOException {
        broker.commands().expect(leg);
        return Client.parked(broker.proxy.address(), leg.getFirst(), receiveBuffer);
    }

    private void assertNothingIsLeft(Brokering broker) {
        broker.commands().release(leg);
        broker.assertNothingIsLeft();
    }

    /** Says everything back at once, on the relay's own loop. */
    private static final class Echo implements BridgeAnswer, BridgeListener {
        private BridgeCommands leg;

        @Override
        public void bridged(BridgeCommands bridged) {
            leg = bridged;
            leg.read();
        }

        @Override
        public void data(byte[] bytes) {
            leg.write(bytes);
        }

        @Override
        public void written() {
            leg.read();
        }

        @Override
        public void ended() {
            leg.endOutput();
        }

        @Override
        public void broken(CloseReason why) {}

        @Override
        public void refused(Refusal why) {}

        @Override
        public void failed() {}
    }
}
