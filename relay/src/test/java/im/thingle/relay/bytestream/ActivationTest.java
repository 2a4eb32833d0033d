// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.relay.account.Refusal;
import im.thingle.relay.net.Transport;
import im.thingle.relay.socks5.StreamKey;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When two parked legs become a bytestream and when not (XEP-0065 §6.4). */
class ActivationTest {
    private static final Parties OTHERS = new Parties("mercutio@verona.lit/x", "mercutio@verona.lit",
            "nurse@capulet.lit/y");

    private final StreamKey key = Proxy.anyKey();

    @ParameterizedTest
    @EnumSource
    void refusesAHashNobodyNamed(Transport transport) throws Exception {
        try (Proxy proxy = new Proxy(transport);
                Client one = proxy.park(key);
                Client two = proxy.park(key)) {
            // a stranger's own JID makes another hash of the same SID
            assertThat(proxy.activate(Proxy.anyKey())).isEqualTo(Refusal.UNKNOWN_HASH);

            assertThat(proxy.refusal()).isEqualTo(Refusal.UNKNOWN_HASH);
            assertThat(proxy.activate(key)).isNull();
            ParksTest.assertTalk(one, two);
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesWhileOneLegIsMissing(Transport transport) throws Exception {
        try (Proxy proxy = new Proxy(transport);
                Client one = proxy.park(key)) {
            assertThat(proxy.activate(key)).isEqualTo(Refusal.ONE_LEG);

            try (Client two = proxy.park(key)) {
                assertThat(proxy.activate(key)).isNull();
                ParksTest.assertTalk(one, two);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesASecondTime(Transport transport) throws Exception {
        try (Proxy proxy = new Proxy(transport);
                Client one = proxy.park(key);
                Client two = proxy.park(key)) {
            proxy.activate(key);

            assertThat(proxy.activate(key)).isEqualTo(Refusal.ALREADY_ACTIVE);
            ParksTest.assertTalk(one, two);
        }
    }

    @ParameterizedTest
    @EnumSource
    void takesTheHashOfAFinishedStreamAnew(Transport transport) throws Exception {
        try (Proxy proxy = new Proxy(transport)) {
            for (int i = 0; i < 3; i++) {
                finish(proxy, key, Proxy.PARTIES);
                assertThat(proxy.activate(key)).isEqualTo(Refusal.UNKNOWN_HASH);
            }
            assertThat(proxy.server.gauges().active()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void limitsStreamsAndGivesPlacesBack(Transport transport) throws Exception {
        assertOneAtATime(transport, Limits.streams(1), OTHERS, Refusal.STREAMS_TOTAL);
    }

    @ParameterizedTest
    @EnumSource
    void limitsStreamsPerJidAndGivesPlacesBack(Transport transport) throws Exception {
        assertOneAtATime(transport, Limits.streamsPerJid(1), Proxy.PARTIES, Refusal.STREAMS_PER_JID);
    }

    @ParameterizedTest
    @EnumSource
    void limitsStreamsPerAddressAndGivesPlacesBack(Transport transport) throws Exception {
        // both legs come from one address and count there
        assertOneAtATime(transport, Limits.streamsPerAddress(2), OTHERS, Refusal.STREAMS_PER_ADDRESS);
    }

    @ParameterizedTest
    @EnumSource
    void letsOthersInWhereOneJidHasItsShare(Transport transport) throws Exception {
        StreamKey second = Proxy.anyKey();
        try (Proxy proxy = new Proxy(transport, Limits.streamsPerJid(1));
                Client one = proxy.park(key);
                Client two = proxy.park(key);
                Client three = proxy.park(second);
                Client four = proxy.park(second)) {
            proxy.activate(key);

            assertThat(proxy.activate(second, OTHERS)).isNull();
            ParksTest.assertTalk(one, two);
            ParksTest.assertTalk(three, four);
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesWhileDraining(Transport transport) throws Exception {
        StreamKey late = Proxy.anyKey();
        try (Proxy proxy = new Proxy(transport);
                Client one = proxy.park(key);
                Client two = proxy.park(key)) {
            proxy.activate(key);
            proxy.server.drain(Duration.ofMinutes(1));

            assertThat(proxy.activate(late)).isEqualTo(Refusal.DRAINING);
            ParksTest.assertTalk(one, two);
        }
    }

    private static void assertOneAtATime(Transport transport, BytestreamLimits limits, Parties next, Refusal refusal)
            throws Exception {
        StreamKey busy = Proxy.anyKey();
        StreamKey waiting = Proxy.anyKey();
        try (Proxy proxy = new Proxy(transport, limits);
                Client three = proxy.park(waiting);
                Client four = proxy.park(waiting)) {
            try (Client one = proxy.park(busy);
                    Client two = proxy.park(busy)) {
                assertThat(proxy.activate(busy)).isNull();
                assertThat(proxy.activate(waiting, next)).isEqualTo(refusal);
                assertThat(proxy.activate(waiting, next)).isEqualTo(refusal);
                ParksTest.assertTalk(one, two);
            }
            proxy.report();

            assertThat(proxy.activate(waiting, next)).isNull();
            ParksTest.assertTalk(three, four);
        }
    }

    private static void finish(Proxy proxy, StreamKey key, Parties parties) throws Exception {
        try (Client one = proxy.park(key);
                Client two = proxy.park(key)) {
            assertThat(proxy.activate(key, parties)).isNull();
            ParksTest.assertTalk(one, two);
        }
        proxy.report();
    }
}
