// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.relay.account.CloseReason;
import im.thingle.relay.account.StreamReport;
import im.thingle.relay.net.Transport;
import im.thingle.relay.socks5.StreamKey;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an active bytestream does with bytes and with their end, on every transport alike (XEP-0065 §6). */
class CarriesBytesTest {
    private static final int SMALL_BUFFER = 4096;

    @ParameterizedTest
    @EnumSource
    void deliversEveryByteBothWays(Transport transport) throws Exception {
        StreamKey key = Proxy.anyKey();
        byte[] there = random(8_000_000, 1);
        byte[] back = random(5_000_000, 2);
        try (Proxy proxy = new Proxy(transport);
                Client one = proxy.park(key);
                Client two = proxy.park(key)) {
            assertThat(proxy.activate(key)).isNull();

            CompletableFuture<Void> sending = sendAndEnd(one, there);
            CompletableFuture<Void> answering = sendAndEnd(two, back);
            CompletableFuture<byte[]> got = CompletableFuture.supplyAsync(() -> all(one));
            assertThat(all(two)).isEqualTo(there);
            assertThat(got.join()).isEqualTo(back);
            CompletableFuture.allOf(sending, answering).join();

            StreamReport report = proxy.report();
            assertThat(report.bytesFromFirst()).isEqualTo(there.length);
            assertThat(report.bytesFromSecond()).isEqualTo(back.length);
            assertThat(report.reason()).isEqualTo(CloseReason.COMPLETED);
            assertThat(report.requester()).isEqualTo(Proxy.PARTIES.requester());
            assertThat(report.first().getPort()).isEqualTo(one.socket.getLocalPort());
        }
    }

    @ParameterizedTest
    @EnumSource
    void losesNothingWhenTheSenderClosesAtOnceAndTheReaderIsSlow(Transport transport) throws Exception {
        StreamKey key = Proxy.anyKey();
        byte[] sent = random(3_000_000, 3);
        try (Proxy proxy = new Proxy(transport);
                Client reader = Client.parked(proxy.address(), key, SMALL_BUFFER)) {
            Client sender = proxy.park(key);
            proxy.activate(key);

            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
                try (sender) {
                    sender.send(sent);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            byte[] first = reader.receive(10); // and then lets the pipe and all buffers fill
            sending.join();

            assertThat(first).isEqualTo(Arrays.copyOf(sent, 10));
            assertThat(reader.receiveAll()).isEqualTo(Arrays.copyOfRange(sent, 10, sent.length));
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsTheWayBackOpenAfterOneSideHasEnded(Transport transport) throws Exception {
        StreamKey key = Proxy.anyKey();
        try (Proxy proxy = new Proxy(transport);
                Client one = proxy.park(key);
                Client two = proxy.park(key)) {
            proxy.activate(key);
            one.send(new byte[] {1, 2, 3});
            one.endOutput();
            assertThat(two.receiveAll()).containsExactly(1, 2, 3);

            two.send(new byte[] {4});
            assertThat(one.receive(1)).containsExactly(4);
            two.send(new byte[] {5, 6});
            two.endOutput();

            assertThat(one.receiveAll()).containsExactly(5, 6);
            assertThat(proxy.report().reason()).isEqualTo(CloseReason.COMPLETED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void holdsNoByteBackWaitingForMore(Transport transport) throws Exception {
        StreamKey key = Proxy.anyKey();
        Random random = new Random(4);
        try (Proxy proxy = new Proxy(transport);
                Client one = proxy.park(key);
                Client two = proxy.park(key)) {
            proxy.activate(key);

            for (int i = 0; i < 200; i++) {
                byte[] burst = random(1 + random.nextInt(20_000), i);
                one.send(burst);
                assertThat(two.receive(burst.length)).isEqualTo(burst);
                two.send(new byte[] {(byte) i});
                assertThat(one.receive(1)).containsExactly(i);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void carriesOneByteSegments(Transport transport) throws Exception {
        StreamKey key = Proxy.anyKey();
        byte[] sent = random(3_000, 5);
        try (Proxy proxy = new Proxy(transport);
                Client one = proxy.park(key);
                Client two = proxy.park(key)) {
            proxy.activate(key);

            for (byte single : sent) {
                one.send(new byte[] {single});
            }
            one.endOutput();

            assertThat(two.receiveAll()).isEqualTo(sent);
        }
    }

    @ParameterizedTest
    @EnumSource
    void deliversWhatAPartySentBeforeItWasReset(Transport transport) throws Exception {
        StreamKey key = Proxy.anyKey();
        byte[] sent = random(1_000, 6);
        try (Proxy proxy = new Proxy(transport);
                Client one = proxy.park(key);
                Client two = proxy.park(key)) {
            proxy.activate(key);
            one.send(sent);
            assertThat(two.receive(sent.length)).isEqualTo(sent);

            one.reset();

            assertThat(two.isCut()).isTrue();
            StreamReport report = proxy.report();
            assertThat(report.reason()).isEqualTo(CloseReason.RESET);
            assertThat(report.bytesFromFirst()).isEqualTo(sent.length);
        }
    }

    @ParameterizedTest
    @EnumSource
    void tellsASenderSoonThatItsPeerIsGone(Transport transport) throws Exception {
        StreamKey key = Proxy.anyKey();
        try (Proxy proxy = new Proxy(transport);
                Client sender = proxy.park(key)) {
            Client receiver = proxy.park(key);
            proxy.activate(key);
            sender.send(new byte[] {1});
            receiver.receive(1);
            receiver.reset();

            assertThat(sender.isCut()).isTrue();
            assertThat(proxy.report().reason()).isEqualTo(CloseReason.RESET);
            proxy.pass(Duration.ofSeconds(3));

            assertThat(endlessSendFails(sender)).isTrue();
        }
    }

    private static boolean endlessSendFails(Client sender) {
        byte[] chunk = new byte[64 * 1024];
        try {
            OutputStream out = sender.socket.getOutputStream();
            for (int i = 0; i < 10_000; i++) {
                out.write(chunk);
            }
            return false;
        } catch (IOException refused) {
            return true;
        }
    }

    static CompletableFuture<Void> sendAndEnd(Client client, byte[] bytes) {
        return CompletableFuture.runAsync(() -> {
            try {
                client.send(bytes);
                client.endOutput();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    static byte[] all(Client client) {
        try {
            return client.receiveAll();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static byte[] random(int count, long seed) {
        byte[] bytes = new byte[count];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
