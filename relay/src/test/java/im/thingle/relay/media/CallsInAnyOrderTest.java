// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.relay.account.Accounts;
import im.thingle.stun.attribute.TransportAddress;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.management.ObjectName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Offers, candidates, restarts, checks, nonsense and ends in any order: always an answer, and nothing is left. */
@Timeout(120)
class CallsInAnyOrderTest {
    private static final int STEPS = 300;
    private static final int MOST_OPEN = 6;

    private final List<CompletableFuture<Object>> answers = new ArrayList<>();
    private final List<IceServer.Call> asked = new ArrayList<>();
    private final List<IceServer.Call> open = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void answersEverythingAndLeavesNothing(long seed) throws Exception {
        long before = instances();
        Random random = new Random(seed);
        IceServer.Choice choice = IceServer.with();
        choice.perJid = MOST_OPEN;
        choice.allowed = List.of("127.0.0.1/32");
        choice.accounts = new Accounts(0, 0, () -> 0);
        choice.range = ChannelLifeTest.freePorts(20);
        try (IceServer server = choice.start();
                IceByHand romeo = new IceByHand(2);
                IceByHand juliet = new IceByHand(2);
                Party lan = new Party("127.0.0.7")) {
            for (int i = 0; i < STEPS; i++) {
                step(server, random, romeo, juliet, lan);
            }
            if (seed % 2 == 0) {
                server.service.drain(Duration.ZERO);
            }
            CompletableFuture<Integer> count = new CompletableFuture<>();
            server.service.commands().endAllOf(IceServer.ROMEO.account(), count::complete);
            count.get(10, TimeUnit.SECONDS);

            for (int i = 0; i < answers.size(); i++) {
                if (answers.get(i).get(10, TimeUnit.SECONDS) == asked.get(i)) {
                    asked.get(i).ended.get(10, TimeUnit.SECONDS);
                }
            }
            assertThat(server.list()).isEmpty();
            assertThat(server.ports.inUse()).isZero();
            assertThat(choice.accounts.usage(IceServer.ROMEO.account()).calls()).isZero();
            assertThat(server.service.gauges().calls()).isZero();
            assertThat(lan.drain()).as("who may be no peer is never contacted").isZero();
        }
        answers.clear();
        asked.clear();
        open.clear();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (instances() > before && System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
        assertThat(instances()).as("agents and legs that something holds").isLessThanOrEqualTo(before);
    }

    private void step(IceServer server, Random random, IceByHand romeo, IceByHand juliet, Party lan) throws Exception {
        open.removeIf(call -> call.ended.isDone());
        if (open.isEmpty() || random.nextInt(6) == 0) {
            IceServer.Call call = new IceServer.Call();
            CompletableFuture<Object> answer = server.ask(IceServer.ROMEO, 1 + random.nextInt(2), call);
            answers.add(answer);
            asked.add(call);
            if (random.nextInt(4) > 0 && answer.get(10, TimeUnit.SECONDS) == call) {
                open.add(call);
            }
            return;
        }
        IceServer.Call call = open.get(random.nextInt(open.size()));
        CallParty party = CallParty.values()[random.nextInt(2)];
        IceByHand hand = party == CallParty.INITIATOR ? romeo : juliet;
        switch (random.nextInt(11)) {
            case 0, 1, 2 -> call.control.theirs(party, hand.description());
            case 3 -> call.control.theirs(party, strange(random, lan));
            case 4 -> call.control.reduce(random.nextInt(3));
            case 5, 6 -> call.control.start(party);
            case 7, 8 -> {
                hand.told(party == CallParty.INITIATOR ? call.initiator : call.responder);
                hand.ask(random.nextInt(2), random.nextBoolean());
                hand.answerUnasked(0);
                hand.send(0, "unheard");
            }
            case 9 -> server.advance(Duration.ofMillis(random.nextInt(3000)));
            default -> call.control.end();
        }
    }

    /** Candidates without number, of components that there are not, in places that are none. */
    private static IceDescription strange(Random random, Party lan) {
        List<IceCandidate> candidates = new ArrayList<>();
        for (int i = 0; i < random.nextInt(300); i++) {
            TransportAddress at = switch (random.nextInt(4)) {
                case 0 -> lan.address();
                case 1 -> TransportAddress.of(new byte[] {10, 0, 0, (byte) i}, 1 + i);
                case 2 -> TransportAddress.of(new byte[16], i);
                default -> TransportAddress.of(new byte[] {127, 0, 0, 1}, random.nextInt(65_536));
            };
            candidates.add(new IceCandidate(
                    random.nextInt(4), "s" + i, random.nextLong(), at, IceCandidate.Type.SERVER_REFLEXIVE));
        }
        return new IceDescription("frag" + random.nextInt(3), "a-password-of-some-length", candidates);
    }

    /** What a full collection finds of legs and agents. */
    private static long instances() throws Exception {
        String histogram = (String) ManagementFactory.getPlatformMBeanServer().invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"), "gcClassHistogram",
                new Object[] {new String[0]}, new String[] {String[].class.getName()});
        return histogram.lines()
                .map(line -> line.trim().split("\\s+"))
                .filter(words -> words.length > 3)
                .filter(words -> words[3].endsWith(".media.IceAgent") || words[3].endsWith(".media.IceLeg"))
                .mapToLong(words -> Long.parseLong(words[1]))
                .sum();
    }
}
