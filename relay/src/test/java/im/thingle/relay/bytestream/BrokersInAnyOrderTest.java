// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.relay.account.Refusal;
import im.thingle.relay.account.RelayGauges;
import im.thingle.relay.net.Transport;
import im.thingle.relay.socks5.StreamKey;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whoever brokers may ask for anything at any time, and clients may do as they like: all is answered, nothing is left.
 */
class BrokersInAnyOrderTest {
    private static final int STEPS = 400;

    private final List<List<StreamKey>> legs = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();
    private final List<Brokering.Joined> joined = new ArrayList<>();
    private final List<Brokering.Bridged> bridged = new ArrayList<>();

    static Stream<Arguments> seeds() {
        return Stream.of(Transport.values())
                .flatMap(transport -> Stream.of(1, 2, 3).map(seed -> Arguments.of(transport, seed)));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void answersEverythingAndLeavesNothing(Transport transport, int seed) throws Exception {
        Random random = new Random(seed);
        for (int i = 0; i < 6; i++) {
            legs.add(Brokering.leg(i % 2));
        }
        try (Brokering broker = new Brokering(transport, Limits.streamsPerJid(2))) {
            for (int i = 0; i < STEPS; i++) {
                step(broker, random);
            }
            if (seed == 3) {
                broker.proxy.server.drain(Duration.ZERO);
            }
            for (Client client : clients) {
                client.close();
            }
            for (List<StreamKey> leg : legs) {
                while (broker.commands().directory().find(leg) != null) {
                    broker.commands().release(leg);
                }
            }
            for (Brokering.Joined each : joined) {
                Refusal refusal = each.refusal();
                if (refusal == null) {
                    each.report();
                }
                assertThat(each.ended).as("told once").isEmpty();
            }
            passUntilNothingIsLeft(broker);
            broker.assertNothingIsLeft();
            for (Brokering.Bridged each : bridged) {
                assertThat(each.answer.isDone() || each.told.peek() instanceof Refusal).isTrue();
            }
        } finally {
            for (Client client : clients) {
                client.close();
            }
        }
    }

    /** What a client sent before it closed may come late, and a bridged leg that nobody reads notices nothing. */
    private static void passUntilNothingIsLeft(Brokering broker) {
        for (int i = 0; i < 200; i++) {
            broker.proxy.pass(Duration.ofHours(2));
            RelayGauges now = broker.proxy.server.gauges();
            if (now.parked() + now.active() + now.handshaking() == 0) {
                return;
            }
        }
    }

    private void step(Brokering broker, Random random) throws IOException {
        List<StreamKey> leg = legs.get(random.nextInt(legs.size()));
        switch (random.nextInt(11)) {
            case 0, 1 -> broker.commands().expect(leg);
            case 2 -> broker.commands().release(leg);
            case 3, 4, 5 -> clients.add(coming(broker, leg.get(random.nextInt(leg.size()))));
            case 6, 7 -> joined.add(broker.join(leg, legs.get(random.nextInt(legs.size()))));
            case 8 -> bridged.add(broker.bridge(leg));
            case 9 -> broker.commands().cut(leg);
            default -> act(random);
        }
    }

    private void act(Random random) throws IOException {
        if (!bridged.isEmpty()) {
            Brokering.Bridged some = bridged.get(random.nextInt(bridged.size()));
            if (some.answer.isDone()) {
                switch (random.nextInt(3)) {
                    case 0 -> some.leg().read();
                    case 1 -> some.leg().endOutput();
                    default -> some.leg().cut();
                }
            }
        }
        if (!clients.isEmpty()) {
            Client client = clients.get(random.nextInt(clients.size()));
            if (!client.socket.isClosed()) {
                if (random.nextBoolean()) {
                    client.reset();
                } else {
                    client.close();
                }
            }
        }
    }

    /** A client that does not wait for an answer and has something to say. */
    private static Client coming(Brokering broker, StreamKey key) throws IOException {
        Client client = Client.connect(broker.proxy.address());
        client.send(ParksTest.joined(Client.greeting(), Client.request(key), new byte[1000]));
        return client;
    }
}
