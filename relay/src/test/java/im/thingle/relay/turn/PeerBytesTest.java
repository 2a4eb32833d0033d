// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import static im.thingle.relay.turn.PeerBench.NOTHING;
import static im.thingle.relay.turn.PeerBench.await;
import static im.thingle.relay.turn.PeerBench.isCut;
import static im.thingle.relay.turn.PeerBench.random;
import static im.thingle.relay.turn.PeerBench.receiving;
import static im.thingle.relay.turn.PeerBench.reset;
import static im.thingle.relay.turn.PeerBench.sending;
import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.relay.net.Transport;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a joined pair of connections does with bytes and with their end (RFC 6062 §5.4, §5.5). */
class PeerBytesTest {
    private static final int SMALL_BUFFER = 4096;

    @ParameterizedTest
    @EnumSource
    void deliversEveryByteBothWaysAndCountsIt(Transport transport) throws Exception {
        byte[] there = random(8_000_000, 1);
        byte[] back = random(5_000_000, 2);
        try (Pair pair = new Pair(transport)) {
            var sending = sending(pair.client, there);
            var answering = sending(pair.peer, back);
            var got = receiving(pair.client);
            assertThat(pair.peer.getInputStream().readAllBytes()).isEqualTo(there);
            assertThat(got.join()).isEqualTo(back);
            sending.join();
            answering.join();

            assertThat(await(pair.bench.closed)).isEqualTo(pair.id);
            assertThat(pair.bench.toPeer.get()).isEqualTo(there.length);
            assertThat(pair.bench.toClient.get()).isEqualTo(back.length);
            assertThat(pair.bench.clientsOver).hasValue(1);
        }
    }

    /**
     * The client need not wait for the answer to its request before it sends; its answer comes before the peer's bytes.
     */
    @ParameterizedTest
    @EnumSource
    void whatCameBehindTheRequestGoesFirst(Transport transport) throws Exception {
        try (PeerBench bench = new PeerBench(transport);
                Socket peer = bench.peer();
                Socket client = bench.client()) {
            int id = await(bench.accepted);
            peer.getOutputStream().write(text("from the peer"));
            client.getOutputStream().write(text(" and more"));
            client.shutdownOutput();

            bench.join(id, bench.serverEnd(), ByteBuffer.wrap(text("early")), ByteBuffer.wrap(text("answer;")));
            peer.shutdownOutput();

            assertThat(peer.getInputStream().readAllBytes()).asString().isEqualTo("early and more");
            assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("answer;from the peer");
            await(bench.closed);
            assertThat(bench.toPeer.get()).isEqualTo("early and more".length());
            assertThat(bench.toClient.get()).isEqualTo("from the peer".length());
        }
    }

    @ParameterizedTest
    @EnumSource
    void losesNothingWhenThePeerClosesAtOnceAndTheClientIsSlow(Transport transport) throws Exception {
        byte[] sent = random(3_000_000, 3);
        try (PeerBench bench = new PeerBench(transport);
                Socket client = bench.client(SMALL_BUFFER)) {
            Socket peer = bench.peer();
            bench.join(await(bench.accepted));
            var sending = sending(peer, sent);
            byte[] first = client.getInputStream().readNBytes(10);
            sending.join();
            peer.close();

            assertThat(first).isEqualTo(Arrays.copyOf(sent, 10));
            assertThat(client.getInputStream().readAllBytes()).isEqualTo(Arrays.copyOfRange(sent, 10, sent.length));
        }
    }

    @ParameterizedTest
    @EnumSource
    void losesNothingWhenTheClientClosesAtOnceAndThePeerIsSlow(Transport transport) throws Exception {
        byte[] sent = random(3_000_000, 4);
        try (PeerBench bench = new PeerBench(transport);
                Socket peer = bench.peer(SMALL_BUFFER)) {
            Socket client = bench.client();
            bench.join(await(bench.accepted));
            var sending = sending(client, sent);
            byte[] first = peer.getInputStream().readNBytes(10);
            sending.join();
            client.close();

            assertThat(first).isEqualTo(Arrays.copyOf(sent, 10));
            assertThat(peer.getInputStream().readAllBytes()).isEqualTo(Arrays.copyOfRange(sent, 10, sent.length));
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsTheWayBackOpenAfterTheClientHasEnded(Transport transport) throws Exception {
        try (Pair pair = new Pair(transport)) {
            halfClose(pair.client, pair.peer);
            assertThat(await(pair.bench.closed)).isEqualTo(pair.id);
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsTheWayBackOpenAfterThePeerHasEnded(Transport transport) throws Exception {
        try (Pair pair = new Pair(transport)) {
            halfClose(pair.peer, pair.client);
            assertThat(await(pair.bench.closed)).isEqualTo(pair.id);
        }
    }

    @ParameterizedTest
    @EnumSource
    void carriesOneByteSegments(Transport transport) throws Exception {
        byte[] sent = random(2_000, 5);
        try (Pair pair = new Pair(transport)) {
            for (byte single : sent) {
                pair.client.getOutputStream().write(new byte[] {single});
            }
            pair.client.shutdownOutput();
            assertThat(pair.peer.getInputStream().readAllBytes()).isEqualTo(sent);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aResetOfThePeerEndsTheClientAfterWhatCameBefore(Transport transport) throws Exception {
        byte[] sent = random(1_000, 6);
        try (Pair pair = new Pair(transport)) {
            pair.peer.getOutputStream().write(sent);
            assertThat(pair.client.getInputStream().readNBytes(sent.length)).isEqualTo(sent);

            reset(pair.peer);

            assertThat(isCut(pair.client)).isTrue();
            assertThat(await(pair.bench.closed)).isEqualTo(pair.id);
            assertThat(pair.bench.toClient.get()).isEqualTo(sent.length);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aResetOfTheClientEndsThePeer(Transport transport) throws Exception {
        try (Pair pair = new Pair(transport)) {
            pair.client.getOutputStream().write(1);
            assertThat(pair.peer.getInputStream().read()).isEqualTo(1);

            reset(pair.client);

            assertThat(isCut(pair.peer)).isTrue();
            assertThat(await(pair.bench.closed)).isEqualTo(pair.id);
            assertThat(pair.bench.clientsOver).hasValue(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aResetInTheMiddleOfAnEndlessStreamEndsIt(Transport transport) throws Exception {
        byte[] chunk = random(1_000_000, 7);
        try (Pair pair = new Pair(transport)) {
            var sending = sending(pair.client, random(60_000_000, 8));
            assertThat(pair.peer.getInputStream().readNBytes(chunk.length)).hasSize(chunk.length);

            reset(pair.peer);
            pair.bench.pass(0);
            assertThat(await(pair.bench.closed)).isEqualTo(pair.id);
            pair.bench.pass(3); // whoever still sends is cut

            assertThat(sending.handle((done, broken) -> broken != null).get(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** coturn #425: a ceiling that does not hold for TCP; coturn #51, #58, #135: one that loses bytes. */
    @ParameterizedTest
    @EnumSource
    void theCeilingOfTheAllocationSlowsAllItsConnectionsAndLosesNothing(Transport transport) throws Exception {
        byte[] sent = random(100_000, 9);
        try (PeerBench bench = new PeerBench(transport, 400_000);
                Socket one = bench.peer();
                Socket oneClient = bench.client()) {
            bench.join(await(bench.accepted));
            try (Socket two = bench.peer();
                    Socket twoClient = bench.client()) {
                bench.join(await(bench.accepted));
                long start = System.nanoTime();
                sending(one, sent);
                sending(twoClient, sent);

                var first = receiving(oneClient);
                assertThat(two.getInputStream().readAllBytes()).isEqualTo(sent);
                assertThat(first.join()).isEqualTo(sent);

                // 200,000 bytes at 400,000 a second, of which the first tenth of a second's worth is free and the last
                // unpaid
                assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(250));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void countsWhileBytesMoveAndNotOnlyAtTheEnd(Transport transport) throws Exception {
        try (Pair pair = new Pair(transport)) {
            pair.client.getOutputStream().write(new byte[5_000]);
            assertThat(pair.peer.getInputStream().readNBytes(5_000)).hasSize(5_000);
            pair.bench.pass(1);
            assertThat(pair.bench.toPeer.get()).isEqualTo(5_000);
            pair.bench.pass(1);
            assertThat(pair.bench.toPeer.get()).isEqualTo(5_000);
        }
    }

    private static void halfClose(Socket first, Socket second) throws Exception {
        first.getOutputStream().write(new byte[] {1, 2, 3});
        first.shutdownOutput();
        assertThat(second.getInputStream().readAllBytes()).containsExactly(1, 2, 3);

        second.getOutputStream().write(4);
        assertThat(first.getInputStream().read()).isEqualTo(4);
        second.getOutputStream().write(new byte[] {5, 6});
        second.shutdownOutput();
        assertThat(first.getInputStream().readAllBytes()).containsExactly(5, 6);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** A peer that has connected, and the client's connection that was joined with it. */
    private static final class Pair implements AutoCloseable {
        final PeerBench bench;
        final Socket peer;
        final Socket client;
        final int id;

        Pair(Transport transport) throws Exception {
            bench = new PeerBench(transport);
            peer = bench.peer();
            client = bench.client();
            id = await(bench.accepted);
            assertThat(bench.join(id, bench.serverEnd(), NOTHING, NOTHING)).isTrue();
        }

        @Override
        public void close() throws IOException {
            peer.close();
            client.close();
            bench.close();
        }
    }
}
