// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.relay.bytestream.BytestreamLimits;
import im.thingle.relay.bytestream.BytestreamServer;
import im.thingle.relay.bytestream.BytestreamSettings;
import im.thingle.relay.net.EventLoops;
import im.thingle.relay.net.Transport;
import im.thingle.signaling.port.ActivationOutcome;
import im.thingle.signaling.port.ByteStream;
import im.thingle.signaling.port.ByteStreamListener;
import im.thingle.signaling.port.StreamEnd;
import im.thingle.signaling.port.StreamLeg;
import im.thingle.signaling.port.StreamParties;
import im.thingle.signaling.port.Streamhost;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StreamsAdapterTest {
    private static final StreamLeg ALICE = new StreamLeg(List.of("a1".repeat(20), "a2".repeat(20)));
    private static final StreamLeg BOB = new StreamLeg(List.of("b0".repeat(20), "b1".repeat(20)));
    private static final StreamParties PARTIES =
            new StreamParties("alice@example.org", "alice@example.org/a", "bob@example.net/b", "j1");

    private EventLoops loops;
    private BytestreamServer bytestreams;
    private StreamsAdapter streams;

    @BeforeEach
    void startsARelay() throws IOException {
        var settings = new BytestreamSettings(List.of(new InetSocketAddress("127.0.0.1", 0)), Duration.ofSeconds(5),
                Duration.ofSeconds(5), Duration.ZERO, Duration.ofSeconds(5), BytestreamLimits.NONE);
        loops = EventLoops.open(Transport.NIO, 2);
        bytestreams = BytestreamServer.start(loops, settings, BytestreamServer.accounts(settings), new RelayFanOut());
        streams = new StreamsAdapter(bytestreams.commands(), List.of(new Streamhost("203.0.113.7", 5000)),
                new InBandBytes(BytestreamServer.accounts(settings), 0));
        streams.expect(ALICE);
        streams.expect(BOB);
    }

    @AfterEach
    void stopsIt() {
        bytestreams.close();
        loops.close();
    }

    @Test
    void announcesTheStreamhosts() {
        assertThat(streams.streamhosts()).containsExactly(new Streamhost("203.0.113.7", 5000));
    }

    @Test
    void joinsTwoLegsAndTellsHowTheStreamEnded() throws Exception {
        var done = new CompletableFuture<ActivationOutcome>();
        var ended = new CompletableFuture<StreamEnd>();
        try (var alice = parked(ALICE.hashes().get(1));
                var bob = parked(BOB.hashes().get(0))) {
            streams.join(ALICE, BOB, PARTIES, done::complete, ended::complete);
            assertThat(soon(done)).isEqualTo(ActivationOutcome.ACTIVATED);

            alice.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
            alice.shutdownOutput();
            bob.shutdownOutput();
            assertThat(bob.getInputStream().readAllBytes()).asString().isEqualTo("hello");
        }

        assertThat(soon(ended)).isEqualTo(new StreamEnd(5, true, "completed"));
    }

    @Test
    void tellsThatAStreamWasCut() throws Exception {
        var ended = new CompletableFuture<StreamEnd>();
        try (var alice = parked(ALICE.hashes().get(0));
                var bob = parked(BOB.hashes().get(1))) {
            streams.join(ALICE, BOB, PARTIES, outcome -> {}, ended::complete);
            streams.cut(BOB);

            assertThat(alice.getInputStream().read()).isNegative();
            assertThat(bob.getInputStream().read()).isNegative();
        }

        assertThat(soon(ended)).isEqualTo(new StreamEnd(0, false, "ended"));
    }

    @Test
    void tellsThatALegIsMissing() throws Exception {
        var join = new CompletableFuture<ActivationOutcome>();
        var bridge = new CompletableFuture<Optional<ByteStream>>();
        try (var alice = parked(ALICE.hashes().get(0))) {
            streams.join(ALICE, BOB, PARTIES, join::complete, end -> {});
            streams.bridge(BOB, PARTIES, new Heard(), bridge::complete);

            assertThat(soon(join)).isEqualTo(ActivationOutcome.ONE_LEG);
            assertThat(soon(bridge)).isEmpty();
            streams.release(ALICE);
            assertThat(alice.getInputStream().read()).isNegative();
        }
    }

    @Test
    void bridgesALegChunkByChunk() throws Exception {
        var heard = new Heard();
        var done = new CompletableFuture<Optional<ByteStream>>();
        try (var bob = parked(BOB.hashes().get(0))) {
            streams.bridge(BOB, PARTIES, heard, done::complete);
            var stream = soon(done).orElseThrow();

            bob.getOutputStream().write("in".getBytes(StandardCharsets.US_ASCII));
            stream.read();
            assertThat(heard.next()).isIn("in", "i");
            stream.write("out".getBytes(StandardCharsets.US_ASCII));
            assertThat(heard.next()).isEqualTo("written");
            stream.finish();
            assertThat(bob.getInputStream().readAllBytes()).asString().isEqualTo("out");
            assertThat(bytestreams.gauges().active()).isEqualTo(1);
            stream.cut();
        }
    }

    @Test
    void tellsWhyABridgedLegIsBroken() throws Exception {
        var heard = new Heard();
        var done = new CompletableFuture<Optional<ByteStream>>();
        try (var bob = parked(BOB.hashes().get(0))) {
            streams.bridge(BOB, PARTIES, heard, done::complete);
            soon(done).orElseThrow().read();
            bob.setSoLinger(true, 0);
        }

        assertThat(heard.next()).isEqualTo("reset");
    }

    private Socket parked(String hash) throws IOException {
        var address = bytestreams.addresses().getFirst();
        var socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout(10_000);
        var request = new byte[3 + 47];
        System.arraycopy(new byte[] {5, 1, 0, 5, 1, 0, 3, 40}, 0, request, 0, 8);
        System.arraycopy(hash.getBytes(StandardCharsets.US_ASCII), 0, request, 8, 40);
        socket.getOutputStream().write(request);
        assertThat(socket.getInputStream().readNBytes(2 + 47)).startsWith(5, 0, 5, 0);
        return socket;
    }

    private static <T> T soon(CompletableFuture<T> answer) {
        return answer.orTimeout(10, TimeUnit.SECONDS).join();
    }

    /** What a listener was told, in words. */
    private static final class Heard implements ByteStreamListener {
        private final LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();

        String next() throws InterruptedException {
            return told.poll(10, TimeUnit.SECONDS);
        }

        @Override
        public void data(byte[] bytes) {
            told.add(new String(bytes, StandardCharsets.US_ASCII));
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
        public void broken(String why) {
            told.add(why);
        }
    }
}
