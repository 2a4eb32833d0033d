// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.relay.account.CloseReason;
import im.thingle.relay.account.Refusal;
import im.thingle.relay.account.StreamReport;
import im.thingle.relay.net.Transport;
import im.thingle.relay.socks5.StreamKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** A server under test with somebody who brokers bytestreams, and legs on the loops that the test chooses. */
final class Brokering implements AutoCloseable {
    /** Of a session that somebody brokers. */
    static final Parties PARTIES =
            new Parties(Proxy.PARTIES.requester(), Proxy.PARTIES.account(), Proxy.PARTIES.target(), "j1");

    final Proxy proxy;

    Brokering(Transport transport) throws IOException {
        this(transport, BytestreamLimits.NONE);
    }

    Brokering(Transport transport, BytestreamLimits limits) throws IOException {
        proxy = new Proxy(transport, limits);
    }

    /** Three keys, the first of which belongs to this loop and the others to any. */
    static List<StreamKey> leg(int loop) {
        StreamKey any = Proxy.anyKey();
        return List.of(new StreamKey(any.high(), any.middle(), any.low() & ~1 | loop), Proxy.anyKey(), Proxy.anyKey());
    }

    BytestreamCommands commands() {
        return proxy.server.commands();
    }

    List<StreamKey> expect(int loop) {
        List<StreamKey> leg = leg(loop);
        commands().expect(leg);
        return leg;
    }

    /** A client that comes with any key of the leg. */
    Client park(List<StreamKey> leg) throws IOException {
        return proxy.park(leg.get(ThreadLocalRandom.current().nextInt(leg.size())));
    }

    /** Whether a client that comes with this key is turned away. */
    boolean turnsAway(StreamKey key) throws IOException {
        try (Client client = Client.connect(proxy.address())) {
            client.send(ParksTest.joined(Client.greeting(), Client.request(key)));
            byte[] no = ParksTest.joined(Client.hex("0500"), Client.message(2, key));
            return java.util.Arrays.equals(client.receive(no.length), no);
        }
    }

    Joined join(List<StreamKey> first, List<StreamKey> second) {
        Joined joined = new Joined();
        commands().join(first, second, PARTIES, joined);
        return joined;
    }

    Bridged bridge(List<StreamKey> leg) {
        Bridged bridged = new Bridged();
        commands().bridge(leg, PARTIES, bridged, bridged);
        return bridged;
    }

    /** Everything that was ever counted has been uncounted, now or as soon as every loop has done what it was at. */
    void assertNothingIsLeft() {
        for (int i = 0; i < 10; i++) {
            proxy.server.sweepNow();
        }
        assertThat(proxy.server.gauges().parked()).as("parked").isZero();
        assertThat(proxy.server.gauges().active()).as("active").isZero();
        assertThat(proxy.server.gauges().handshaking()).as("handshaking").isZero();
        assertThat(proxy.accounts.usage(Proxy.PARTIES.account()).files()).as("of the account").isZero();
        assertThat(commands().directory().remembered()).as("keys remembered").isZero();
    }

    @Override
    public void close() {
        proxy.close();
    }

    /** What is told of a joining. */
    static final class Joined implements JoinAnswer {
        final CompletableFuture<Refusal> answer = new CompletableFuture<>();
        final BlockingQueue<StreamReport> ended = new LinkedBlockingQueue<>();

        /** Null if it was activated. */
        Refusal refusal() {
            return answer.orTimeout(5, TimeUnit.SECONDS).join();
        }

        StreamReport report() throws InterruptedException {
            return Brokering.await(ended);
        }

        @Override
        public void activated() {
            assertThat(answer.complete(null)).isTrue();
        }

        @Override
        public void refused(Refusal why) {
            assertThat(answer.complete(why)).isTrue();
        }

        @Override
        public void failed() {
            assertThat(answer.completeExceptionally(new AssertionError("failed"))).isTrue();
        }

        @Override
        public void ended(StreamReport report) {
            ended.add(report);
        }
    }

    /** What is told of a bridged leg. */
    static final class Bridged implements BridgeAnswer, BridgeListener {
        final CompletableFuture<BridgeCommands> answer = new CompletableFuture<>();
        final BlockingQueue<Object> told = new LinkedBlockingQueue<>();

        BridgeCommands leg() {
            return answer.orTimeout(5, TimeUnit.SECONDS).join();
        }

        Refusal refusal() throws InterruptedException {
            return (Refusal) next();
        }

        Object next() throws InterruptedException {
            return Brokering.await(told);
        }

        byte[] read() throws InterruptedException {
            leg().read();
            return (byte[]) next();
        }

        byte[] read(int count) throws InterruptedException {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            while (all.size() < count) {
                all.writeBytes(read());
            }
            return all.toByteArray();
        }

        void write(byte[] bytes) throws InterruptedException {
            leg().write(bytes);
            assertThat(next()).isEqualTo("written");
        }

        @Override
        public void bridged(BridgeCommands leg) {
            answer.complete(leg);
        }

        @Override
        public void refused(Refusal why) {
            told.add(why);
        }

        @Override
        public void failed() {
            told.add("failed");
        }

        @Override
        public void data(byte[] bytes) {
            told.add(bytes);
        }

        @Override
        public void written() {
            told.add("written");
        }

        @Override
        public void ended() {
            told.add("ended");
        }

        @Override
        public void broken(CloseReason why) {
            told.add(why);
        }
    }

    private static <T> T await(BlockingQueue<T> queue) throws InterruptedException {
        T event = queue.poll(10, TimeUnit.SECONDS);
        assertThat(event).as("event within 10 s").isNotNull();
        return event;
    }
}
