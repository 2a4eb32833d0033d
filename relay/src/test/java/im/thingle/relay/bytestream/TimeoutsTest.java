// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.relay.account.CloseReason;
import im.thingle.relay.net.Transport;
import im.thingle.relay.socks5.StreamKey;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TimeoutsTest {
    private final StreamKey key = Proxy.anyKey();

    @ParameterizedTest
    @EnumSource
    void endsAStreamThatMovesNothingForAnHour(Transport transport) throws Exception {
        try (Proxy proxy = new Proxy(transport);
                Client one = proxy.park(key);
                Client two = proxy.park(key)) {
            proxy.activate(key);
            proxy.pass(Duration.ofMinutes(59));
            ParksTest.assertTalk(one, two);
            proxy.pass(Duration.ZERO);
            proxy.pass(Duration.ofMinutes(59));
            assertThat(proxy.reports).isEmpty();

            proxy.pass(Duration.ofMinutes(2));

            assertThat(proxy.report().reason()).isEqualTo(CloseReason.IDLE);
            assertThat(one.isCut()).isTrue();
            assertThat(two.isCut()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsAHalfClosedStreamThatStaysSilent(Transport transport) throws Exception {
        try (Proxy proxy = new Proxy(transport);
                Client one = proxy.park(key);
                Client two = proxy.park(key)) {
            proxy.activate(key);
            one.endOutput();
            assertThat(two.receiveAll()).isEmpty();
            proxy.pass(Duration.ZERO);
            proxy.pass(Duration.ofSeconds(110));
            assertThat(proxy.reports).isEmpty();

            proxy.pass(Duration.ofSeconds(11));

            assertThat(proxy.report().reason()).isEqualTo(CloseReason.HALF_CLOSED_TIMEOUT);
            assertThat(one.isCut()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void countsTheHalfClosedTimeoutFromTheEndAndNotFromTheLastByte(Transport transport) throws Exception {
        try (Proxy proxy = new Proxy(transport);
                Client one = proxy.park(key);
                Client two = proxy.park(key)) {
            proxy.activate(key);
            proxy.pass(Duration.ofMinutes(30));
            one.endOutput();
            assertThat(two.receiveAll()).isEmpty();

            proxy.pass(Duration.ZERO);

            assertThat(proxy.reports).isEmpty();
            two.send(new byte[] {1});
            assertThat(one.receive(1)).containsExactly(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void waitsForASlowReaderAfterTheOtherDirectionHasEnded(Transport transport) throws Exception {
        byte[] sent = CarriesBytesTest.random(24_000_000, 1);
        try (Proxy proxy = new Proxy(transport);
                Client sender = proxy.park(key);
                Client reader = Client.parked(proxy.address(), key, 4096)) {
            proxy.activate(key);
            reader.endOutput();
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
                try {
                    sender.send(sent);
                    sender.endOutput();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            fillEveryBuffer(proxy);

            proxy.pass(Duration.ofMinutes(3));
            proxy.pass(Duration.ofMinutes(3));

            assertThat(proxy.reports).isEmpty();
            assertThat(reader.receiveAll()).isEqualTo(sent);
            sending.join();
            assertThat(proxy.report().reason()).isEqualTo(CloseReason.COMPLETED);
        }
    }

    /** Returns once bytes have moved and then none has for a good many sweeps. */
    private static void fillEveryBuffer(Proxy proxy) {
        long seen = 0;
        for (int quiet = 0; quiet < 2_000; quiet++) {
            proxy.pass(Duration.ZERO);
            long now = proxy.server.gauges().bytesRelayed();
            if (now != seen || now == 0) {
                seen = now;
                quiet = 0;
            }
        }
    }
}
