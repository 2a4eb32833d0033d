// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import im.thingle.relay.account.CloseReason;
import im.thingle.relay.net.Transport;
import im.thingle.relay.socks5.StreamKey;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DrainTest {
    private final StreamKey key = Proxy.anyKey();

    @ParameterizedTest
    @EnumSource
    void letsActiveStreamsFinish(Transport transport) throws Exception {
        try (Proxy proxy = new Proxy(transport);
                Client one = proxy.park(key);
                Client two = proxy.park(key)) {
            proxy.activate(key);

            CompletableFuture<Integer> drained = proxy.server.drain(Duration.ofMinutes(1));
            proxy.pass(Duration.ofSeconds(59));
            assertThat(drained).isNotDone();
            ParksTest.assertTalk(one, two);
            one.endOutput();
            two.endOutput();

            assertThat(proxy.report().reason()).isEqualTo(CloseReason.COMPLETED);
            proxy.pass(Duration.ZERO);
            assertThat(drained.get(5, TimeUnit.SECONDS)).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void cutsWhatHasNotFinishedByTheDeadline(Transport transport) throws Exception {
        StreamKey second = Proxy.anyKey();
        try (Proxy proxy = new Proxy(transport);
                Client one = proxy.park(key);
                Client two = proxy.park(key);
                Client three = proxy.park(second);
                Client four = proxy.park(second)) {
            proxy.activate(key);
            proxy.activate(second);

            CompletableFuture<Integer> drained = proxy.server.drain(Duration.ofMinutes(1));
            proxy.pass(Duration.ofSeconds(61));

            assertThat(drained.get(5, TimeUnit.SECONDS)).isEqualTo(2);
            for (Client client : new Client[] {one, two, three, four}) {
                assertThat(client.isCut()).isTrue();
            }
            assertThat(proxy.report().reason()).isEqualTo(CloseReason.DRAINED);
            assertThat(proxy.report().reason()).isEqualTo(CloseReason.DRAINED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void takesNoMoreAndClosesWhatIsParked(Transport transport) throws Exception {
        try (Proxy proxy = new Proxy(transport);
                Client parked = proxy.park(key);
                Client handshaking = Client.connect(proxy.address())) {
            handshaking.send(Client.greeting());
            handshaking.receive(2);

            CompletableFuture<Integer> drained = proxy.server.drain(Duration.ofMinutes(1));

            assertThat(drained.get(5, TimeUnit.SECONDS)).isZero();
            assertThat(parked.isCut()).isTrue();
            assertThat(handshaking.isCut()).isTrue();
            assertThat(proxy.unparked()).isEqualTo(CloseReason.DRAINED);
            assertThatIOException().isThrownBy(() -> proxy.park(Proxy.anyKey()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void closesEverythingAtOnce(Transport transport) throws Exception {
        try (Proxy proxy = new Proxy(transport);
                Client one = proxy.park(key);
                Client two = proxy.park(key);
                Client parked = proxy.park(Proxy.anyKey())) {
            proxy.activate(key);

            proxy.server.close();

            assertThat(proxy.report().reason()).isEqualTo(CloseReason.DRAINED);
            assertThat(one.isCut()).isTrue();
            assertThat(two.isCut()).isTrue();
            assertThat(parked.isCut()).isTrue();
            assertThatIOException().isThrownBy(() -> proxy.park(key));
            assertThat(proxy.server.gauges().active()).isZero();
            assertThat(proxy.server.gauges().parked()).isZero();
        }
    }
}
