// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.relay.account.CloseReason;
import im.thingle.relay.account.Refusal;
import im.thingle.relay.net.Transport;
import im.thingle.relay.socks5.StreamKey;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LimitsTest {
    private static final long RATE = 1_000_000;

    private final StreamKey key = Proxy.anyKey();

    @ParameterizedTest
    @EnumSource
    void resetsWhoComesBeyondTheParkedSockets(Transport transport) throws Exception {
        assertResetsTheThird(transport, Limits.parked(2), Refusal.PARKED_TOTAL);
    }

    @ParameterizedTest
    @EnumSource
    void resetsWhoComesBeyondTheParkedSocketsOfAnAddress(Transport transport) throws Exception {
        assertResetsTheThird(transport, Limits.parkedPerAddress(2), Refusal.PARKED_PER_ADDRESS);
    }

    @ParameterizedTest
    @EnumSource
    void countsASocketOnceHoweverItEnds(Transport transport) throws Exception {
        try (Proxy proxy = new Proxy(transport, Limits.parked(2))) {
            for (int i = 0; i < 3; i++) {
                try (Client garbage = Client.connect(proxy.address())) {
                    garbage.send(new byte[] {4});
                    assertThat(garbage.isCut()).isTrue();
                }
                proxy.park(key).reset();
                proxy.unparked();
                StreamKey other = Proxy.anyKey();
                try (Client one = proxy.park(other);
                        Client two = proxy.park(other)) {
                    assertThat(proxy.activate(other)).isNull();
                    ParksTest.assertTalk(one, two);
                }
                proxy.report();
            }

            proxy.park(key);
            proxy.park(key);
            assertThat(proxy.server.gauges().parked()).isEqualTo(2);
            assertThat(proxy.server.gauges().handshaking()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void cutsASlowHandshake(Transport transport) throws Exception {
        try (Proxy proxy = new Proxy(transport);
                Client slow = Client.connect(proxy.address())) {
            slow.send(new byte[] {5});
            slow.send(new byte[] {(byte) 200});
            // the deadline runs from the accept, which is known to be over once the socket is counted
            while (proxy.server.gauges().handshaking() == 0) {
                Thread.onSpinWait();
            }
            for (int second = 1; second < 15; second++) {
                proxy.pass(Duration.ofSeconds(1));
                slow.send(new byte[] {1});
            }
            assertThat(proxy.refusals).isEmpty();

            proxy.pass(Duration.ofSeconds(1));

            assertThat(proxy.refusal()).isEqualTo(Refusal.HANDSHAKE_TIMEOUT);
            assertThat(slow.isCut()).isTrue();
            assertThat(proxy.server.gauges().handshaking()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void cutsGarbage(Transport transport) throws Exception {
        try (Proxy proxy = new Proxy(transport);
                Client browser = Client.connect(proxy.address())) {
            browser.send("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

            assertThat(browser.isCut()).isTrue();
            assertThat(proxy.refusal()).isEqualTo(Refusal.HANDSHAKE_MALFORMED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsEachStreamToItsRate(Transport transport) throws Exception {
        int count = (int) (RATE * 12 / 10);
        try (Proxy proxy = new Proxy(transport, Limits.ratePerStream(RATE));
                Client one = proxy.park(key);
                Client two = proxy.park(key)) {
            proxy.activate(key);
            long start = System.nanoTime();

            CompletableFuture<Void> sending = send(one, count);
            two.receive(count);

            assertThat(System.nanoTime() - start).isGreaterThan(leastNanos(count));
            sending.join();
        }
    }

    @ParameterizedTest
    @EnumSource
    void sharesTheRateOfAJidAmongItsStreams(Transport transport) throws Exception {
        int count = (int) (RATE * 8 / 10);
        StreamKey second = Proxy.anyKey();
        try (Proxy proxy = new Proxy(transport, Limits.ratePerJid(RATE));
                Client one = proxy.park(key);
                Client two = proxy.park(key);
                Client three = proxy.park(second);
                Client four = proxy.park(second)) {
            proxy.activate(key);
            proxy.activate(second);
            long start = System.nanoTime();

            CompletableFuture<Void> sending = CompletableFuture.allOf(send(one, count), send(three, count));
            two.receive(count);
            four.receive(count);

            assertThat(System.nanoTime() - start).isGreaterThan(leastNanos(2 * count));
            sending.join();
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsAStreamWhenTheDaysBytesAreUsedUpAndRefusesTheNext(Transport transport) throws Exception {
        int limit = 100_000;
        StreamKey second = Proxy.anyKey();
        try (Proxy proxy = new Proxy(transport, Limits.bytesPerDayPerJid(limit));
                Client one = proxy.park(key);
                Client two = proxy.park(key);
                Client three = proxy.park(second);
                Client four = proxy.park(second)) {
            proxy.activate(key);
            one.send(new byte[limit * 3 / 2]);

            assertThat(two.receiveAll()).hasSize(limit);
            assertThat(proxy.report().reason()).isEqualTo(CloseReason.BYTES_PER_DAY);

            assertThat(proxy.activate(second)).isEqualTo(Refusal.BYTES_PER_DAY);
            assertThat(proxy.activate(second, new Parties("a@b.lit/c", "a@b.lit", "d@e.lit"))).isNull();
            ParksTest.assertTalk(three, four);
        }
    }

    private void assertResetsTheThird(Transport transport, BytestreamLimits limits, Refusal refusal) throws Exception {
        try (Proxy proxy = new Proxy(transport, limits);
                Client one = proxy.park(key);
                Client two = proxy.park(key)) {
            long start = System.nanoTime();

            assertThat(isReset(proxy)).isTrue();
            assertThat(System.nanoTime() - start).isLessThan(1_000_000_000L);
            assertThat(proxy.refusal()).isEqualTo(refusal);

            // activation frees both places
            assertThat(proxy.activate(key)).isNull();
            try (Client next = proxy.park(Proxy.anyKey())) {
                ParksTest.assertTalk(one, two);
                assertThat(next.socket.isConnected()).isTrue();
            }
        }
    }

    private static boolean isReset(Proxy proxy) throws IOException {
        try (Client client = Client.connect(proxy.address())) {
            client.socket.getInputStream().read();
            return false;
        } catch (SocketException reset) {
            return true; // while it connected already, if the proxy was fast
        }
    }

    /**
     * 0.8 of the time the rate allows, since a tenth of a second's bytes may pass at once and each sharer may
     * overshoot.
     */
    private static long leastNanos(int bytes) {
        return (long) (0.8 * bytes / RATE * 1e9);
    }

    private static CompletableFuture<Void> send(Client client, int count) {
        return CompletableFuture.runAsync(() -> {
            try {
                client.send(new byte[count]);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }
}
