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
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Two brokered legs become one bytestream (XEP-0260), wherever their loops are. */
class JoinsLegsTest {
    /** Every transport, every pair of loops. */
    static Stream<Arguments> places() {
        return Arrays.stream(Transport.values())
                .flatMap(transport -> Stream.of(
                        Arguments.of(transport, 0, 0), Arguments.of(transport, 0, 1), Arguments.of(transport, 1, 0)));
    }

    @ParameterizedTest
    @MethodSource("places")
    void carriesEveryByteBothWaysAndTellsTheStory(Transport transport, int one, int two) throws Exception {
        byte[] there = CarriesBytesTest.random(1 << 20, 1);
        byte[] back = CarriesBytesTest.random(1 << 20, 2);
        try (Brokering broker = new Brokering(transport)) {
            List<StreamKey> first = broker.expect(one);
            List<StreamKey> second = broker.expect(two);
            try (Client alice = broker.park(first);
                    Client bob = broker.park(second)) {
                Brokering.Joined joined = broker.join(first, second);
                assertThat(joined.refusal()).isNull();
                assertThat(broker.proxy.server.gauges().active()).isEqualTo(1);
                assertThat(broker.proxy.server.gauges().parked()).isZero();

                CompletableFuture<Void> sending = CarriesBytesTest.sendAndEnd(alice, there);
                CompletableFuture<Void> answering = CarriesBytesTest.sendAndEnd(bob, back);
                CompletableFuture<byte[]> got = CompletableFuture.supplyAsync(() -> CarriesBytesTest.all(alice));
                assertThat(CarriesBytesTest.all(bob)).isEqualTo(there);
                assertThat(got.join()).isEqualTo(back);
                CompletableFuture.allOf(sending, answering).join();

                StreamReport report = joined.report();
                assertThat(report.reason()).isEqualTo(CloseReason.COMPLETED);
                assertThat(report.hash()).isEqualTo(first.getFirst().toString());
                assertThat(report.requester()).isEqualTo(Proxy.PARTIES.requester());
                assertThat(report.session()).isEqualTo("j1");
                assertThat(report.target()).isEqualTo(Proxy.PARTIES.target());
                assertThat(report.first().getPort()).isEqualTo(alice.socket.getLocalPort());
                assertThat(report.second().getPort()).isEqualTo(bob.socket.getLocalPort());
                assertThat(report.bytesFromFirst()).isEqualTo(there.length);
                assertThat(report.bytesFromSecond()).isEqualTo(back.length);
                assertThat(broker.proxy.report()).isEqualTo(report);
            }
            assertThat(broker.proxy.accounts.usage(Proxy.PARTIES.account()))
                    .isEqualTo(new Usage(0, 0, 0, 2 << 20, 0, 0));
            broker.commands().release(first);
            broker.commands().release(second);
            broker.assertNothingIsLeft();
        }
    }

    @ParameterizedTest
    @MethodSource("places")
    void losesNothingThatWasSentBefore(Transport transport, int one, int two) throws Exception {
        byte[] early = CarriesBytesTest.random(100_000, 3);
        try (Brokering broker = new Brokering(transport)) {
            List<StreamKey> first = broker.expect(one);
            List<StreamKey> second = broker.expect(two);
            try (Client alice = broker.park(first);
                    Client bob = broker.park(second)) {
                bob.send(early);
                bob.endOutput();
                broker.proxy.pass(Duration.ZERO);

                assertThat(broker.join(first, second).refusal()).isNull();

                assertThat(alice.receiveAll()).isEqualTo(early);
                alice.send(new byte[] {7});
                assertThat(bob.receive(1)).containsExactly(7);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("places")
    void waitsForBothLegsAndLosesNeither(Transport transport, int one, int two) throws Exception {
        try (Brokering broker = new Brokering(transport)) {
            List<StreamKey> first = broker.expect(one);
            List<StreamKey> second = broker.expect(two);
            assertThat(broker.join(first, second).refusal()).isEqualTo(Refusal.UNKNOWN_HASH);
            assertThat(broker.proxy.refusal()).isEqualTo(Refusal.UNKNOWN_HASH);

            try (Client bob = broker.park(second)) {
                bob.send(new byte[] {1});
                assertThat(broker.join(first, second).refusal()).isEqualTo(Refusal.ONE_LEG);
                assertThat(broker.join(second, first).refusal()).isEqualTo(Refusal.ONE_LEG);
                assertThat(broker.proxy.server.gauges().parked()).isEqualTo(1);

                try (Client alice = broker.park(first)) {
                    assertThat(broker.join(first, second).refusal()).isNull();
                    assertThat(alice.receive(1)).containsExactly(1);
                    ParksTest.assertTalk(alice, bob);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("places")
    void takesOneSocketForEachLegWhateverItsKey(Transport transport, int one, int two) throws Exception {
        try (Brokering broker = new Brokering(transport)) {
            List<StreamKey> first = broker.expect(one);
            List<StreamKey> second = broker.expect(two);
            try (Client alice = broker.proxy.park(first.get(2));
                    Client bob = broker.proxy.park(second.get(1))) {
                for (StreamKey key : first) {
                    assertThat(broker.turnsAway(key)).isTrue();
                    assertThat(broker.proxy.refusal()).isEqualTo(Refusal.HASH_TAKEN);
                }
                broker.join(first, second).refusal();
                for (StreamKey key : second) {
                    assertThat(broker.turnsAway(key)).isTrue();
                    assertThat(broker.proxy.refusal()).isEqualTo(Refusal.HASH_TAKEN);
                }
                assertThat(broker.join(first, second).refusal()).isEqualTo(Refusal.ALREADY_ACTIVE);
                ParksTest.assertTalk(alice, bob);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("places")
    void cutsFromEitherLegAlsoBeforeItIsActiveAndAfterItsRelease(Transport transport, int one, int two)
            throws Exception {
        try (Brokering broker = new Brokering(transport)) {
            for (int how = 0; how < 4; how++) {
                List<StreamKey> first = broker.expect(one);
                List<StreamKey> second = broker.expect(two);
                try (Client alice = broker.park(first);
                        Client bob = broker.park(second)) {
                    Brokering.Joined joined = broker.join(first, second);
                    if (how >= 2) {
                        assertThat(joined.refusal()).isNull();
                        broker.commands().release(first);
                        broker.commands().release(second);
                        ParksTest.assertTalk(alice, bob);
                    }
                    broker.commands().cut(how % 2 == 0 ? first : second);

                    assertThat(joined.refusal()).isNull();
                    assertThat(joined.report().reason()).isEqualTo(CloseReason.ENDED);
                    assertThat(alice.isCut()).isTrue();
                    assertThat(bob.isCut()).isTrue();
                    broker.commands().cut(first);
                    assertThat(joined.ended).isEmpty();
                }
                if (how < 2) {
                    broker.commands().release(first);
                    broker.commands().release(second);
                }
                broker.assertNothingIsLeft();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("places")
    void closesWhatIsParkedForAReleasedLegAndForgetsItsKeys(Transport transport, int one, int two) throws Exception {
        try (Brokering broker = new Brokering(transport)) {
            List<StreamKey> first = broker.expect(one);
            List<StreamKey> second = broker.expect(two);
            try (Client alice = broker.park(first);
                    Client bob = broker.park(second)) {
                broker.commands().release(first);
                assertThat(alice.isCut()).isTrue();
                assertThat(broker.proxy.unparked()).isEqualTo(CloseReason.ENDED);
                assertThat(broker.join(first, second).refusal()).isEqualTo(Refusal.UNKNOWN_HASH);

                broker.commands().release(second);
                broker.commands().release(second);
                assertThat(bob.isCut()).isTrue();
            }
            broker.assertNothingIsLeft();
        }
    }

    @ParameterizedTest
    @MethodSource("places")
    void leavesNothingBehindWhenALegIsReleasedWhileItIsJoined(Transport transport, int one, int two) throws Exception {
        try (Brokering broker = new Brokering(transport)) {
            for (int i = 0; i < 60; i++) {
                List<StreamKey> first = broker.expect(one);
                List<StreamKey> second = broker.expect(two);
                try (Client alice = broker.park(first);
                        Client bob = broker.park(second)) {
                    Brokering.Joined joined = broker.join(first, second);
                    broker.commands().release(i % 2 == 0 ? first : second);
                    broker.commands().release(i % 2 == 0 ? second : first);

                    if (joined.refusal() == null) {
                        ParksTest.assertTalk(alice, bob);
                        broker.commands().cut(first);
                        joined.report();
                    }
                    assertThat(alice.isCut()).isTrue();
                    assertThat(bob.isCut()).isTrue();
                }
                broker.assertNothingIsLeft();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("places")
    void noticesASocketThatHasGoneAndTakesTheNext(Transport transport, int one, int two) throws Exception {
        try (Brokering broker = new Brokering(transport)) {
            List<StreamKey> first = broker.expect(one);
            List<StreamKey> second = broker.expect(two);
            try (Client bob = broker.park(second)) {
                broker.park(first).reset();
                assertThat(broker.proxy.unparked()).isEqualTo(CloseReason.LEFT);
                assertThat(broker.join(first, second).refusal()).isEqualTo(Refusal.ONE_LEG);
                broker.park(first).close(); // a good-bye or a half-close: it gives way

                try (Client alice = broker.park(first)) {
                    assertThat(broker.proxy.unparked()).isEqualTo(CloseReason.LEFT);
                    assertThat(broker.join(first, second).refusal()).isNull();
                    ParksTest.assertTalk(alice, bob);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("places")
    void endsTheJoinedStreamOfASocketThatGoesMeanwhile(Transport transport, int one, int two) throws Exception {
        try (Brokering broker = new Brokering(transport)) {
            for (int i = 0; i < 30; i++) {
                List<StreamKey> first = broker.expect(one);
                List<StreamKey> second = broker.expect(two);
                try (Client alice = broker.park(first)) {
                    Client bob = broker.park(second);
                    CompletableFuture<Void> leaving = CompletableFuture.runAsync(() -> {
                        try {
                            bob.reset();
                        } catch (java.io.IOException e) {
                            throw new AssertionError(e);
                        }
                    });
                    Brokering.Joined joined = broker.join(first, second);
                    leaving.join();

                    if (joined.refusal() == null) {
                        assertThat(joined.report().reason()).isEqualTo(CloseReason.RESET);
                    }
                    broker.commands().release(first);
                    broker.commands().release(second);
                    assertThat(alice.isCut()).isTrue();
                }
                broker.assertNothingIsLeft();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("places")
    void keepsBothLegsParkedWhereALimitStandsInTheWay(Transport transport, int one, int two) throws Exception {
        StreamKey proxied = Proxy.anyKey();
        try (Brokering broker = new Brokering(transport, Limits.streamsPerJid(1))) {
            List<StreamKey> first = broker.expect(one);
            List<StreamKey> second = broker.expect(two);
            try (Client alice = broker.park(first);
                    Client bob = broker.park(second)) {
                try (Client romeo = broker.proxy.park(proxied);
                        Client juliet = broker.proxy.park(proxied)) {
                    assertThat(broker.proxy.activate(proxied)).isNull();

                    assertThat(broker.join(first, second).refusal()).isEqualTo(Refusal.STREAMS_PER_JID);
                    assertThat(broker.proxy.refusal()).isEqualTo(Refusal.STREAMS_PER_JID);
                    ParksTest.assertTalk(romeo, juliet);
                }
                broker.proxy.report();

                assertThat(broker.join(first, second).refusal()).isNull();
                ParksTest.assertTalk(alice, bob);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("places")
    void forgetsASocketThatIsNotJoinedInTimeAndTakesAnother(Transport transport, int one, int two) throws Exception {
        try (Brokering broker = new Brokering(transport)) {
            List<StreamKey> first = broker.expect(one);
            List<StreamKey> second = broker.expect(two);
            try (Client alice = broker.park(first)) {
                broker.proxy.pass(Duration.ofSeconds(599));
                assertThat(broker.proxy.unparked).isEmpty();
                broker.proxy.pass(Duration.ofSeconds(2));

                assertThat(broker.proxy.unparked()).isEqualTo(CloseReason.PARKED_TIMEOUT);
                assertThat(alice.isCut()).isTrue();
            }
            try (Client alice = broker.park(first);
                    Client bob = broker.park(second)) {
                assertThat(broker.join(first, second).refusal()).isNull();
                ParksTest.assertTalk(alice, bob);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("places")
    void isListedAndEndedFromOutsideAndIdlesAsAnyStream(Transport transport, int one, int two) throws Exception {
        try (Brokering broker = new Brokering(transport)) {
            for (CloseReason reason : List.of(CloseReason.ENDED, CloseReason.IDLE)) {
                List<StreamKey> first = broker.expect(one);
                List<StreamKey> second = broker.expect(two);
                try (Client alice = broker.park(first);
                        Client bob = broker.park(second)) {
                    Brokering.Joined joined = broker.join(first, second);
                    joined.refusal();
                    assertThat(CommandsTest.list(broker.proxy)).singleElement()
                            .satisfies(stream -> assertThat(stream.hash()).isEqualTo(first.getFirst().toString()));

                    if (reason == CloseReason.ENDED) {
                        assertThat(CommandsTest.end(broker.proxy, first.getFirst())).isTrue();
                    } else {
                        broker.proxy.pass(Duration.ofMinutes(61));
                    }

                    assertThat(joined.report().reason()).isEqualTo(reason);
                    assertThat(alice.isCut()).isTrue();
                    assertThat(bob.isCut()).isTrue();
                }
                broker.commands().release(first);
                broker.commands().release(second);
                broker.assertNothingIsLeft();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("places")
    void goesOnWhileItDrainsUntilTheDeadline(Transport transport, int one, int two) throws Exception {
        try (Brokering broker = new Brokering(transport)) {
            List<StreamKey> first = broker.expect(one);
            List<StreamKey> second = broker.expect(two);
            List<StreamKey> third = broker.expect(one);
            List<StreamKey> fourth = broker.expect(two);
            List<StreamKey> fifth = broker.expect(one);
            try (Client alice = broker.park(first);
                    Client bob = broker.park(second);
                    Client ringing = broker.park(third);
                    Client answers = broker.park(fourth);
                    Client waits = broker.park(fifth)) {
                Brokering.Joined joined = broker.join(first, second);
                joined.refusal();

                CompletableFuture<Integer> drained = broker.proxy.server.drain(Duration.ofMinutes(1));
                broker.proxy.server.sweepNow();
                Brokering.Joined late = broker.join(third, fourth);
                assertThat(late.refusal()).as("who has been rung may accept").isNull();
                ParksTest.assertTalk(ringing, answers);
                ParksTest.assertTalk(alice, bob);
                broker.commands().release(fourth);
                broker.proxy.pass(Duration.ofSeconds(61));

                assertThat(drained.get(5, TimeUnit.SECONDS)).isEqualTo(2);
                assertThat(joined.report().reason()).isEqualTo(CloseReason.DRAINED);
                assertThat(late.report().reason()).isEqualTo(CloseReason.DRAINED);
                assertThat(alice.isCut()).isTrue();
                assertThat(waits.isCut()).isTrue();
                assertThat(broker.join(first, second).refusal()).isNotNull();
            }
            List.of(first, second, third, fifth).forEach(broker.commands()::release);
            broker.assertNothingIsLeft();
        }
    }

    @ParameterizedTest
    @MethodSource("places")
    void leavesNothingBehindWhenItDrainsOrClosesWhileLegsAreJoined(Transport transport, int one, int two)
            throws Exception {
        for (int i = 0; i < 8; i++) {
            try (Brokering broker = new Brokering(transport)) {
                List<StreamKey> first = broker.expect(one);
                List<StreamKey> second = broker.expect(two);
                try (Client alice = broker.park(first);
                        Client bob = broker.park(second)) {
                    Brokering.Joined joined = broker.join(first, second);
                    if (i % 2 == 0) {
                        broker.proxy.server.drain(Duration.ZERO);
                    }
                    broker.proxy.server.close();

                    Refusal refusal = joined.refusal();
                    if (refusal == null) {
                        assertThat(joined.report().reason()).isEqualTo(CloseReason.DRAINED);
                    } else {
                        assertThat(refusal).isIn(Refusal.DRAINING, Refusal.UNKNOWN_HASH, Refusal.ONE_LEG);
                    }
                    assertThat(alice.isCut()).isTrue();
                    assertThat(bob.isCut()).isTrue();
                    broker.commands().release(first);
                    broker.commands().release(second);
                    broker.assertNothingIsLeft();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("places")
    void answersWhenItHasStopped(Transport transport, int one, int two) throws Exception {
        Brokering broker = new Brokering(transport);
        List<StreamKey> first = broker.expect(one);
        List<StreamKey> second = broker.expect(two);
        broker.close();

        Brokering.Joined joined = broker.join(first, second);
        Brokering.Bridged bridged = broker.bridge(first);
        broker.commands().cut(first);
        broker.commands().release(first);
        broker.commands().release(second);

        assertThat(joined.answer).isCompletedExceptionally();
        assertThat(bridged.next()).isEqualTo("failed");
        assertThat(broker.commands().directory().remembered()).isZero();
    }

    @ParameterizedTest
    @MethodSource("places")
    void givesASocketToTheLegThatStillWantsOneWhereSeveralShareAKey(Transport transport, int one, int two)
            throws Exception {
        StreamKey shared = Proxy.anyKey(); // as of a client that takes the session's id for the transport's
        List<StreamKey> first = List.of(Brokering.leg(one).getFirst(), shared);
        List<StreamKey> next = List.of(Brokering.leg(one).getFirst(), shared);
        try (Brokering broker = new Brokering(transport)) {
            List<StreamKey> second = broker.expect(two);
            List<StreamKey> fourth = broker.expect(two);
            broker.commands().expect(first);
            broker.commands().expect(next);
            try (Client alice = broker.proxy.park(shared);
                    Client bob = broker.park(second);
                    Client aliceAgain = broker.proxy.park(shared);
                    Client bobAgain = broker.park(fourth)) {
                assertThat(broker.join(first, second).refusal()).isNull();
                assertThat(broker.join(next, fourth).refusal()).isNull();
                ParksTest.assertTalk(alice, bob);
                ParksTest.assertTalk(aliceAgain, bobAgain);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("places")
    void expectsALegAnewBeforeTheOldOneOfTheSameKeysIsReleased(Transport transport, int one, int two)
            throws Exception {
        try (Brokering broker = new Brokering(transport)) {
            List<StreamKey> first = broker.expect(one);
            List<StreamKey> second = broker.expect(two);
            try (Client old = broker.park(first)) {
                broker.commands().expect(first); // a transport was replaced by one of the same id
                broker.commands().release(first);
                assertThat(old.isCut()).isTrue();
            }
            try (Client alice = broker.park(first);
                    Client bob = broker.park(second)) {
                assertThat(broker.join(first, second).refusal()).isNull();
                ParksTest.assertTalk(alice, bob);
            }
            broker.proxy.report();
            broker.commands().release(first);
            broker.commands().release(second);
            broker.assertNothingIsLeft();
        }
    }
}
