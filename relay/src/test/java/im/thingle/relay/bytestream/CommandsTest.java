// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.relay.account.Accounts;
import im.thingle.relay.account.Charge;
import im.thingle.relay.account.CloseReason;
import im.thingle.relay.account.Refusal;
import im.thingle.relay.account.StreamReport;
import im.thingle.relay.account.Traffic;
import im.thingle.relay.account.Usage;
import im.thingle.relay.net.Transport;
import im.thingle.relay.socks5.StreamKey;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What can be seen and done from outside, and the account that a bytestream shares with calls. */
class CommandsTest {
    private static final String ACCOUNT = Proxy.PARTIES.account();

    private final StreamKey key = Proxy.anyKey();

    @ParameterizedTest
    @EnumSource
    void listsActiveStreamsAsTheyStand(Transport transport) throws Exception {
        StreamKey parked = Proxy.anyKey();
        try (Proxy proxy = new Proxy(transport);
                Client one = proxy.park(key);
                Client two = proxy.park(key);
                Client waiting = proxy.park(parked);
                Client waitingToo = proxy.park(parked)) {
            assertThat(list(proxy)).isEmpty();
            proxy.activate(key);
            one.send(new byte[1000]);
            two.receive(1000);
            proxy.pass(Duration.ofSeconds(90));

            List<StreamReport> streams = list(proxy);

            assertThat(streams).singleElement().satisfies(stream -> {
                assertThat(stream.hash()).isEqualTo(key.toString());
                assertThat(stream.requester()).isEqualTo(Proxy.PARTIES.requester());
                assertThat(stream.target()).isEqualTo(Proxy.PARTIES.target());
                assertThat(stream.bytesFromFirst() + stream.bytesFromSecond()).isEqualTo(1000);
                assertThat(Duration.ofNanos(stream.durationNanos()))
                        .isBetween(Duration.ofSeconds(90), Duration.ofSeconds(100));
                assertThat(stream.reason()).isNull();
            });
            assertThat(proxy.accounts.usage(ACCOUNT)).isEqualTo(new Usage(1, 0, 0, 1000, 0, 0));
            assertThat(waiting.socket.isConnected()).isEqualTo(waitingToo.socket.isConnected());
        }
    }

    @ParameterizedTest
    @EnumSource
    void listsThoseThatAreWanted(Transport transport) throws Exception {
        try (Proxy proxy = new Proxy(transport);
                Client one = proxy.park(key);
                Client two = proxy.park(key)) {
            proxy.activate(key);
            assertThat(one.socket.isConnected()).isEqualTo(two.socket.isConnected());

            assertThat(listed(proxy, parties -> parties.include(ACCOUNT))).hasSize(1);
            assertThat(listed(proxy, parties -> parties.include("nobody@example.org"))).isEmpty();
        }
    }

    private static List<StreamReport> listed(Proxy proxy, Predicate<Parties> whose) throws Exception {
        CompletableFuture<List<StreamReport>> known = new CompletableFuture<>();
        proxy.server.commands().list(whose, known::complete);
        return known.get(10, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @EnumSource
    void endsTheStreamThatIsMeantAndNoOther(Transport transport) throws Exception {
        StreamKey other = Proxy.anyKey();
        try (Proxy proxy = new Proxy(transport);
                Client one = proxy.park(key);
                Client two = proxy.park(key);
                Client three = proxy.park(other);
                Client four = proxy.park(other)) {
            proxy.activate(key);
            proxy.activate(other);
            one.send(new byte[10]);
            two.receive(10);

            assertThat(end(proxy, key)).isTrue();

            StreamReport report = proxy.report();
            assertThat(report.reason()).isEqualTo(CloseReason.ENDED);
            assertThat(report.bytesFromFirst() + report.bytesFromSecond()).isEqualTo(10);
            assertThat(one.isCut()).isTrue();
            assertThat(two.isCut()).isTrue();
            ParksTest.assertTalk(three, four);
            assertThat(end(proxy, key)).as("again").isFalse();
            assertThat(list(proxy)).hasSize(1);
            assertThat(proxy.accounts.usage(ACCOUNT)).isEqualTo(new Usage(1, 0, 0, 10, 0, 0));
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsNothingThatIsOnlyParked(Transport transport) throws Exception {
        try (Proxy proxy = new Proxy(transport);
                Client one = proxy.park(key);
                Client two = proxy.park(key)) {
            assertThat(end(proxy, key)).isFalse();
            assertThat(end(proxy, Proxy.anyKey())).isFalse();

            assertThat(proxy.activate(key)).isNull();
            ParksTest.assertTalk(one, two);
        }
    }

    @ParameterizedTest
    @EnumSource
    void answersWhenItHasStopped(Transport transport) throws Exception {
        Proxy proxy = new Proxy(transport);
        proxy.close();

        assertThat(list(proxy)).isEmpty();
        assertThat(end(proxy, key)).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void endsAndRefusesStreamsOfAnAccountWhoseDayACallHasUsedUp(Transport transport) throws Exception {
        Accounts accounts = new Accounts(0, 1000, () -> 0);
        StreamKey next = Proxy.anyKey();
        try (Proxy proxy = new Proxy(transport, BytestreamLimits.NONE, "127.0.0.1", accounts);
                Client one = proxy.park(key);
                Client two = proxy.park(key);
                Client three = proxy.park(next);
                Client four = proxy.park(next)) {
            proxy.activate(key);
            one.send(new byte[300]);
            two.receive(300);

            Charge call = accounts.open(ACCOUNT, Traffic.CALL, 0);
            call.carried(600);
            one.send(new byte[300]);
            assertThat(two.receiveAll()).hasSize(100);

            assertThat(proxy.report().reason()).isEqualTo(CloseReason.BYTES_PER_DAY);
            assertThat(call.exhausted()).isTrue();
            assertThat(proxy.activate(next)).isEqualTo(Refusal.BYTES_PER_DAY);
            assertThat(three.socket.isConnected()).isEqualTo(four.socket.isConnected());
            assertThat(accounts.usage(ACCOUNT)).isEqualTo(new Usage(0, 1, 0, 400, 600, 0));
        }
    }

    static List<StreamReport> list(Proxy proxy) {
        CompletableFuture<List<StreamReport>> known = new CompletableFuture<>();
        proxy.server.commands().list(known::complete);
        return known.orTimeout(5, TimeUnit.SECONDS).join();
    }

    static boolean end(Proxy proxy, StreamKey key) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        proxy.server.commands().end(key, done::complete);
        return done.orTimeout(5, TimeUnit.SECONDS).join();
    }
}
