// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import static im.thingle.stun.turn.TurnFixture.PEER;
import static im.thingle.stun.turn.TurnFixture.number;
import static im.thingle.stun.turn.TurnFixture.peer;
import static im.thingle.stun.turn.TurnFixture.transport;
import static im.thingle.stun.turn.TurnFixture.udp;
import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.stun.attribute.NumberAttribute;
import im.thingle.stun.message.MessageClass;
import im.thingle.stun.message.Method;
import im.thingle.stun.message.StunMessageWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Clients behind a network that loses, doubles and reorders what they send and get. */
class TurnNetemTest {
    private static final long TICK = TurnFixture.SECOND / 10;
    private static final int RESEND_TICKS = 5;
    private static final int PATIENCE_TICKS = 300;

    private record Flying(long atNanos, boolean toServer, FiveTuple client, byte[] bytes) {}

    private static final class Network {
        final TurnFixture turn = new TurnFixture();
        final Random random;
        final List<Flying> flying = new ArrayList<>();
        final Map<String, byte[]> answers = new HashMap<>();
        final Map<String, Integer> codes = new HashMap<>();

        Network(long seed) {
            random = new Random(seed);
        }

        void send(boolean toServer, FiveTuple client, byte[] bytes) {
            int copies = random.nextInt(10) < 3 ? 0 : random.nextInt(10) < 2 ? 2 : 1;
            for (int i = 0; i < copies; i++) {
                flying.add(new Flying(turn.now + random.nextInt(20) * TICK, toServer, client, bytes));
            }
        }

        void tick() {
            turn.now += TICK;
            turn.server.onDeadline(turn.now);
            List<Flying> arrived = flying.stream().filter(flight -> flight.atNanos() <= turn.now).toList();
            flying.removeAll(arrived);
            arrived.stream().filter(Flying::toServer).forEach(flight -> turn.deliver(flight.client(), flight.bytes()));
            arrived.stream().filter(flight -> !flight.toServer()).forEach(this::arrive);
            List<RecordingOutput.Sent> sent = List.copyOf(turn.out.sent);
            turn.out.sent.clear();
            sent.forEach(message -> send(false, message.to(), message.bytes()));
        }

        private void arrive(Flying flight) {
            Answer answer = Answer.of(new RecordingOutput.Sent(flight.client(), flight.bytes()));
            assertThat(answer.message().type().messageClass()).isNotEqualTo(MessageClass.INDICATION);
            String key = flight.client().client().port() + " " + answer.message().transactionId();
            byte[] before = answers.putIfAbsent(key, flight.bytes());
            codes.putIfAbsent(key, answer.code());
            if (before != null && codes.get(key) == 0 && answer.code() == 0) {
                assertThat(flight.bytes()).as("every success for one request is the same").isEqualTo(before);
            }
        }

        /** Asks until there is an answer. */
        int ask(FiveTuple from, Method method, Consumer<StunMessageWriter> attributes) {
            byte[] request = turn.signed(from, "alice", method, attributes);
            turn.out.sent.clear();
            Answer own = Answer.of(new RecordingOutput.Sent(from, request));
            String key = from.client().port() + " " + own.message().transactionId();
            for (int i = 0; i < PATIENCE_TICKS; i++) {
                if (i % RESEND_TICKS == 0) {
                    send(true, from, request);
                }
                tick();
                if (codes.containsKey(key)) {
                    return codes.get(key);
                }
            }
            throw new AssertionError("no answer to " + method + Arrays.toString(request));
        }
    }

    @Property(tries = 40)
    void everyClientGetsWhatItAsksForAndNothingIsLeft(@ForAll long seed) {
        Network network = new Network(seed);

        for (int i = 0; i < 5; i++) {
            FiveTuple client = udp("9.0.0.1", 1000 + i);
            assertThat(network.ask(client, Method.ALLOCATE, transport(NumberAttribute.UDP))).isZero();
            Allocation allocation = network.turn.server.find(client);
            assertThat(network.ask(client, Method.CREATE_PERMISSION, peer(PEER))).isZero();
            assertThat(network.ask(client, Method.CHANNEL_BIND,
                    peer(PEER).andThen(number(NumberAttribute.CHANNEL_NUMBER, 0x4000)))).isZero();
            assertThat(network.ask(client, Method.REFRESH, writer -> {})).isZero();
            assertThat(network.turn.server.find(client)).as("never a second one").isSameAs(allocation);
            assertThat(allocation.channel(0x4000).isLive(network.turn.now)).isTrue();
            assertThat(network.ask(client, Method.REFRESH, number(NumberAttribute.LIFETIME, 0))).isZero();
        }
        // A late copy of an Allocate may have made another allocation, as the standard has it: until it expires.
        for (int i = 0; i < 25; i++) {
            network.tick();
        }
        network.turn.pass(600);

        assertThat(network.turn.server.entries()).isZero();
        assertThat(network.turn.quotas.remembered()).isZero();
        assertThat(network.turn.out.relaysOpen).isZero();
    }
}
