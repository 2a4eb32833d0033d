// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import im.thingle.relay.account.CloseReason;
import im.thingle.relay.account.Refusal;
import im.thingle.relay.net.Transport;
import im.thingle.relay.socks5.StreamKey;
import java.io.ByteArrayOutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of sockets between their handshake and activation, on every transport alike (XEP-0065 §6.3). */
class ParksTest {
    private final StreamKey key = Proxy.anyKey();

    @ParameterizedTest
    @EnumSource
    void deliversBytesSentRightBehindTheRequestAfterActivationAndNotBefore(Transport transport) throws Exception {
        byte[] early = CarriesBytesTest.random(5_000, 1);
        try (Proxy proxy = new Proxy(transport);
                Client eager = Client.connect(proxy.address());
                Client other = proxy.park(key)) {
            eager.send(joined(Client.greeting(), Client.request(key), early));
            assertThat(eager.receive(49)).isEqualTo(joined(Client.hex("0500"), Client.succeeded(key)));
            assertHearsNothing(other);

            proxy.activate(key);

            assertThat(other.receive(early.length)).isEqualTo(early);
        }
    }

    @ParameterizedTest
    @EnumSource
    void waitsFourMinutesForAPersonToAccept(Transport transport) throws Exception {
        try (Proxy proxy = new Proxy(transport);
                Client early = proxy.park(key)) {
            proxy.pass(Duration.ofMinutes(4));

            try (Client late = proxy.park(key)) {
                assertThat(proxy.activate(key)).isNull();
                assertTalk(early, late);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void closesALegThatIsNeverActivated(Transport transport) throws Exception {
        try (Proxy proxy = new Proxy(transport);
                Client waiting = proxy.park(key)) {
            proxy.pass(Duration.ofSeconds(599));
            assertThat(proxy.unparked).isEmpty();

            proxy.pass(Duration.ofSeconds(2));

            assertThat(proxy.unparked()).isEqualTo(CloseReason.PARKED_TIMEOUT);
            assertThat(waiting.isCut()).isTrue();
            assertThat(proxy.server.gauges().parked()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void forgetsALegThatLeftAfterThirtySeconds(Transport transport) throws Exception {
        try (Proxy proxy = new Proxy(transport)) {
            proxy.park(key).close();
            proxy.pass(Duration.ZERO);
            proxy.pass(Duration.ofSeconds(28));
            assertThat(proxy.unparked).isEmpty();

            proxy.pass(Duration.ofSeconds(3));

            assertThat(proxy.unparked()).isEqualTo(CloseReason.LEFT);
            assertThat(proxy.activate(key)).isEqualTo(Refusal.UNKNOWN_HASH);
        }
    }

    @ParameterizedTest
    @EnumSource
    void forgetsALegThatLeftAfterThirtySecondsThoughItsTwinHasComeSince(Transport transport) throws Exception {
        try (Proxy proxy = new Proxy(transport)) {
            proxy.park(key).close();
            proxy.pass(Duration.ZERO);
            try (Client twin = proxy.park(key)) {
                proxy.pass(Duration.ofSeconds(31));

                assertThat(proxy.unparked()).isEqualTo(CloseReason.LEFT);
                assertThat(proxy.activate(key)).isEqualTo(Refusal.ONE_LEG);
                assertThat(twin.socket.isClosed()).isFalse();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void givesTheLastPlaceOfALegThatLeftToANewcomerAtOnce(Transport transport) throws Exception {
        try (Proxy proxy = new Proxy(transport);
                Client one = proxy.park(key)) {
            proxy.park(key).close();

            try (Client two = proxy.park(key)) {
                assertThat(proxy.unparked()).isEqualTo(CloseReason.LEFT);
                assertThat(proxy.activate(key)).isNull();
                assertTalk(one, two);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void turnsAThirdSocketAwayAndDisturbsNobody(Transport transport) throws Exception {
        try (Proxy proxy = new Proxy(transport);
                Client one = proxy.park(key);
                Client two = proxy.park(key);
                Client third = Client.connect(proxy.address())) {
            third.send(joined(Client.greeting(), Client.request(key)));

            assertThat(third.receiveAll()).isEqualTo(joined(Client.hex("0500"), Client.message(2, key)));
            assertThat(proxy.refusal()).isEqualTo(Refusal.HASH_TAKEN);
            assertThat(proxy.activate(key)).isNull();
            assertTalk(one, two);
        }
    }

    @ParameterizedTest
    @EnumSource
    void turnsASocketAwayFromAnActiveStream(Transport transport) throws Exception {
        try (Proxy proxy = new Proxy(transport);
                Client one = proxy.park(key);
                Client two = proxy.park(key);
                Client third = Client.connect(proxy.address())) {
            proxy.activate(key);

            third.send(joined(Client.greeting(), Client.request(key)));

            assertThat(third.receiveAll()).isEqualTo(joined(Client.hex("0500"), Client.message(2, key)));
            assertTalk(one, two);
        }
    }

    @ParameterizedTest
    @EnumSource
    void forgetsAnAbortedLegAtOnce(Transport transport) throws Exception {
        try (Proxy proxy = new Proxy(transport)) {
            proxy.park(key).reset();

            assertThat(proxy.unparked()).isEqualTo(CloseReason.LEFT);
            assertThat(proxy.activate(key)).isEqualTo(Refusal.UNKNOWN_HASH);
        }
    }

    @ParameterizedTest
    @EnumSource
    void carriesBothWaysWhoeverCameFirst(Transport transport) throws Exception {
        try (Proxy proxy = new Proxy(transport)) {
            for (boolean requesterFirst : new boolean[] {true, false}) {
                StreamKey any = Proxy.anyKey();
                try (Client first = proxy.park(any);
                        Client second = proxy.park(any)) {
                    assertThat(proxy.activate(any)).isNull();

                    assertTalk(requesterFirst ? first : second, requesterFirst ? second : first);
                }
                assertThat(proxy.report().requester()).isEqualTo(Proxy.PARTIES.requester());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void deliversWhatALegSentBeforeItEndedAndBeforeActivation(Transport transport) throws Exception {
        byte[] early = CarriesBytesTest.random(2_000, 2);
        try (Proxy proxy = new Proxy(transport);
                Client one = proxy.park(key)) {
            one.send(early);
            one.endOutput();
            proxy.pass(Duration.ofMinutes(4));

            try (Client two = proxy.park(key)) {
                assertThat(proxy.activate(key)).isNull();
                assertThat(two.receiveAll()).isEqualTo(early);
                two.send(new byte[] {7});
                assertThat(one.receive(1)).containsExactly(7);
            }
        }
    }

    private static void assertHearsNothing(Client client) throws Exception {
        client.socket.setSoTimeout(100);
        assertThatExceptionOfType(SocketTimeoutException.class)
                .isThrownBy(() -> client.socket.getInputStream().read());
        client.socket.setSoTimeout(10_000);
    }

    static void assertTalk(Client one, Client two) throws Exception {
        one.send(new byte[] {1, 2, 3});
        assertThat(two.receive(3)).containsExactly(1, 2, 3);
        two.send(new byte[] {4});
        assertThat(one.receive(1)).containsExactly(4);
    }

    static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
