// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.relay.account.Accounts;
import im.thingle.relay.account.Charge;
import im.thingle.relay.account.Traffic;
import im.thingle.relay.account.Usage;
import im.thingle.relay.net.EventLoops;
import im.thingle.relay.net.Transport;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.message.Method;
import im.thingle.stun.turn.AllocationEnd;
import im.thingle.stun.turn.AllocationReport;
import im.thingle.stun.turn.TurnRefusal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What can be seen and done from outside, and the account that allocations share with files. */
@Timeout(60)
class AllocationCommandsTest {
    private static final int CHANNEL = 0x4001;
    private static final Duration TICK = Duration.ofMillis(300);

    @ParameterizedTest
    @EnumSource
    void listsAllocationsAsTheyStand(Transport transport) throws Exception {
        try (CallServer server = with(transport, new Accounts(0, 0, () -> 0)).start();
                Caller caller = new Caller(Wire.udp(server.udp()));
                Echo echo = new Echo("127.0.0.1")) {
            assertThat(list(server)).isEmpty();
            TransportAddress relayed = caller.allocate();
            talk(caller, echo, 1000);
            server.advance(Duration.ofSeconds(90));

            CompletableFuture<List<AllocationReport>> others = new CompletableFuture<>();
            server.service.commands().list("somebody else"::equals, others::complete);
            assertThat(others.get(10, TimeUnit.SECONDS)).isEmpty();
            assertThat(list(server)).singleElement().satisfies(allocation -> {
                assertThat(allocation.user()).isEqualTo(CallServer.USER);
                assertThat(allocation.relayedV4()).isEqualTo(relayed);
                assertThat(allocation.bytesToPeer()).isEqualTo(1000);
                assertThat(allocation.bytesToClient()).isEqualTo(1000);
                assertThat(Duration.ofNanos(allocation.durationNanos()))
                        .isBetween(Duration.ofSeconds(90), Duration.ofSeconds(100));
                assertThat(allocation.reason()).isNull();
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsTheAllocationThatIsMeantAndNoOther(Transport transport) throws Exception {
        try (CallServer server = with(transport, new Accounts(0, 0, () -> 0)).start();
                Caller one = new Caller(Wire.udp(server.udp()));
                Caller two = new Caller(Wire.tcp(server.tcp()));
                Echo echo = new Echo("127.0.0.1")) {
            TransportAddress first = one.allocate();
            two.allocate();
            long id = list(server).stream()
                    .filter(each -> first.equals(each.relayedV4()))
                    .findFirst()
                    .orElseThrow()
                    .id();

            assertThat(end(server, id)).isTrue();

            AllocationReport report = CallServer.next(server.reports);
            assertThat(report.reason()).isEqualTo(AllocationEnd.ENDED);
            assertThat(report.id()).isEqualTo(id);
            assertThat(Caller.error(one.request(Method.REFRESH, Caller.NOTHING))).isEqualTo(437);
            talk(two, echo, 10);
            assertThat(end(server, id)).as("again").isFalse();
            assertThat(list(server)).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsAndRefusesAllocationsOfAnAccountWhoseDayIsUsedUp(Transport transport) throws Exception {
        Accounts accounts = new Accounts(0, 5000, () -> 0);
        Charge file = accounts.open(CallServer.USER, Traffic.FILE, 0);
        try (CallServer server = with(transport, accounts).start();
                Caller one = new Caller(Wire.udp(server.udp()));
                Caller two = new Caller(Wire.tcp(server.tcp()));
                Caller late = new Caller(Wire.udp(server.udp()));
                Echo echo = new Echo("127.0.0.1")) {
            one.allocate();
            two.allocate();
            talk(one, echo, 1000);
            server.advance(TICK);
            assertThat(accounts.usage(CallServer.USER)).isEqualTo(new Usage(1, 2, 0, 0, 2000, 0));
            assertThat(server.reports).isEmpty();

            talk(two, echo, 1000);
            talk(one, echo, 500);
            server.advance(TICK);

            assertThat(CallServer.next(server.reports).reason()).isEqualTo(AllocationEnd.BYTES_PER_DAY);
            assertThat(CallServer.next(server.reports).reason()).isEqualTo(AllocationEnd.BYTES_PER_DAY);
            assertThat(accounts.usage(CallServer.USER)).isEqualTo(new Usage(1, 0, 0, 0, 5000, 0));
            assertThat(file.exhausted()).isTrue();
            server.refusals.clear();
            assertThat(Caller.error(late.allocate(Caller.NOTHING))).isEqualTo(486);
            assertThat(server.refusals).contains(TurnRefusal.BYTES_PER_DAY);
        }
    }

    @ParameterizedTest
    @EnumSource
    void dropsPacketsOverTheRateOfTheAccount(Transport transport) throws Exception {
        Accounts accounts = new Accounts(1000, 0, () -> 0);
        try (CallServer server = with(transport, accounts).start();
                Caller one = new Caller(Wire.udp(server.udp()));
                Caller two = new Caller(Wire.tcp(server.tcp()));
                Echo echo = new Echo("127.0.0.1")) {
            one.allocate();
            two.allocate();
            bind(one, echo);
            bind(two, echo);
            for (int i = 0; i < 20; i++) {
                one.sendOn(CHANNEL, new byte[200]);
                two.sendOn(CHANNEL, new byte[200]);
            }
            // an answer comes when all that went before it has been seen
            one.request(Method.REFRESH, Caller.NOTHING);
            two.request(Method.REFRESH, Caller.NOTHING);
            one.release();
            two.release();

            AllocationReport first = CallServer.next(server.reports);
            AllocationReport second = CallServer.next(server.reports);
            long bytes = first.bytesToPeer() + first.bytesToClient() + second.bytesToPeer() + second.bytesToClient();
            // a second and a tenth in advance, a packet over it, and what a second of real time adds
            assertThat(bytes).isBetween(1000L, 2500L);
            assertThat(first.packetsDropped() + second.packetsDropped()).isGreaterThan(25);
        }
    }

    @ParameterizedTest
    @EnumSource
    void booksTheRestWhenAnAllocationEnds(Transport transport) throws Exception {
        Accounts accounts = new Accounts(0, 0, () -> 0);
        try (CallServer server = with(transport, accounts).start();
                Caller caller = new Caller(Wire.udp(server.udp()));
                Echo echo = new Echo("127.0.0.1")) {
            caller.allocate();
            talk(caller, echo, 1000);
            caller.release();
            CallServer.next(server.reports);

            assertThat(accounts.usage(CallServer.USER)).isEqualTo(new Usage(0, 0, 0, 0, 2000, 0));
        }
    }

    private static CallServer.Choice with(Transport transport, Accounts accounts) {
        Assumptions.assumeTrue(transport != Transport.EPOLL || EventLoops.epollAvailable());
        CallServer.Choice choice = CallServer.with();
        choice.transport = transport;
        choice.portable = transport == Transport.NIO;
        choice.accounts = accounts;
        return choice;
    }

    private static void bind(Caller caller, Echo echo) throws Exception {
        caller.bind(CHANNEL, echo.address());
    }

    /** So many bytes each way. */
    private static void talk(Caller caller, Echo echo, int bytes) throws Exception {
        bind(caller, echo);
        caller.sendOn(CHANNEL, new byte[bytes]);
        assertThat(caller.channelData(CHANNEL)).hasSize(bytes);
    }

    private static List<AllocationReport> list(CallServer server) {
        CompletableFuture<List<AllocationReport>> known = new CompletableFuture<>();
        server.service.commands().list(known::complete);
        return known.orTimeout(5, TimeUnit.SECONDS).join();
    }

    private static boolean end(CallServer server, long id) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        server.service.commands().end(id, done::complete);
        return done.orTimeout(5, TimeUnit.SECONDS).join();
    }
}
