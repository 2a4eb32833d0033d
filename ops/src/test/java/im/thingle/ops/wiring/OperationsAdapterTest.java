// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.log.Captured;
import im.thingle.ops.peer.Socks5Client;
import im.thingle.ops.sessions.LatelyEnded;
import im.thingle.relay.account.Accounts;
import im.thingle.relay.account.Traffic;
import im.thingle.relay.bytestream.BytestreamLimits;
import im.thingle.relay.bytestream.BytestreamServer;
import im.thingle.relay.bytestream.BytestreamSettings;
import im.thingle.relay.media.ChannelEnd;
import im.thingle.relay.media.ChannelOwner;
import im.thingle.relay.media.ChannelReport;
import im.thingle.relay.net.EventLoops;
import im.thingle.relay.net.Transport;
import im.thingle.signaling.port.ActivationOutcome;
import im.thingle.signaling.port.ActivationRequest;
import im.thingle.signaling.port.CallCredential;
import im.thingle.signaling.port.CallService;
import im.thingle.signaling.port.CallServicesPort;
import im.thingle.signaling.port.SessionView;
import im.thingle.signaling.port.SessionView.Kind;
import im.thingle.signaling.port.UsageView;
import im.thingle.stun.turn.AllocationEnd;
import im.thingle.stun.turn.AllocationReport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OperationsAdapterTest {
    private static final String ROMEO = "romeo@montague.lit";
    private static final String JULIET = "juliet@capulet.lit";
    private static final String ADMIN = "admin@montague.lit";
    private static final String FIRST = Socks5Client.hash("s1", ROMEO + "/orchard", JULIET + "/balcony");
    private static final String SECOND = Socks5Client.hash("s2", ROMEO + "/orchard", "nurse@capulet.lit/x");
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final InstantSource CLOCK = InstantSource.fixed(NOW);
    private static final CallService TURN = new CallService(CallService.Kind.TURN, "192.0.2.1", 3478, "udp");
    private static final CallService STUN = new CallService(CallService.Kind.STUN, "192.0.2.1", 3478, "udp");

    private final LatelyEnded lately = new LatelyEnded(CLOCK);
    private final EndedSessions ended = new EndedSessions(lately, CLOCK);
    private final Accounts accounts = new Accounts(0, 5_000_000, () -> 20_000);
    private final List<String> drains = new ArrayList<>();
    private final List<Socks5Client> sockets = new ArrayList<>();
    private final Captured captured = new Captured("thingle.operations");
    private EventLoops loops;
    private BytestreamServer bytestreams;
    private OperationsAdapter operations;

    @BeforeEach
    void start() throws IOException {
        var settings = new BytestreamSettings(List.of(new InetSocketAddress("127.0.0.1", 0)), Duration.ofSeconds(5),
                Duration.ofMinutes(5), Duration.ZERO, Duration.ofSeconds(5), BytestreamLimits.NONE);
        loops = EventLoops.open(Transport.NIO, 2);
        bytestreams = BytestreamServer.start(loops, settings, accounts, new RelayFanOut(ended));
        operations = operations(Optional.empty());
    }

    @AfterEach
    void stop() throws IOException {
        for (var socket : sockets) {
            socket.close();
        }
        bytestreams.close();
        loops.close();
        captured.close();
    }

    @Test
    void showsAnActiveFileOnceToOperatorsAndToBothParties() throws IOException {
        activate(FIRST, JULIET + "/balcony");

        var id = "f" + FIRST.substring(0, 12);
        assertThat(all()).singleElement().satisfies(session -> {
            assertThat(session.id()).isEqualTo(id);
            assertThat(session.kind()).isEqualTo(Kind.FILE);
            assertThat(session.account()).isEqualTo(ROMEO);
            assertThat(session.peer()).isEqualTo(JULIET + "/balcony");
            assertThat(session.started()).isBetween(NOW.minusSeconds(60), NOW);
            assertThat(session.ended()).isEmpty();
            assertThat(session.reason()).isEmpty();
        });
        assertThat(of(ROMEO)).isEqualTo(all());
        assertThat(of(JULIET)).singleElement().satisfies(session -> {
            assertThat(session.id()).isEqualTo(id);
            assertThat(session.account()).isEqualTo(JULIET);
            assertThat(session.peer()).isEqualTo(ROMEO + "/orchard");
        });
        assertThat(of("nurse@capulet.lit")).isEmpty();
    }

    @Test
    void endsAFileAndTellsBothPartiesWhy() throws IOException {
        activate(FIRST, JULIET + "/balcony");
        activate(SECOND, "nurse@capulet.lit/x");
        var id = "f" + FIRST.substring(0, 12);

        assertThat(end(id)).isTrue();

        assertThat(end(id)).as("again").isFalse();
        assertThat(all()).extracting(SessionView::id).containsExactly("f" + SECOND.substring(0, 12));
        assertThat(of(JULIET)).singleElement().satisfies(session -> {
            assertThat(session.id()).isEqualTo(id);
            assertThat(session.reason()).isEqualTo("ended");
            assertThat(session.ended()).contains(NOW);
        });
        assertThat(of(ROMEO)).extracting(SessionView::reason).containsExactly("", "ended");
        assertThat(captured.lines()).containsExactly("INFO  thingle.operations: session ended on demand id=" + id
                + " account=" + ROMEO + " by=" + ADMIN + "\n");
    }

    @Test
    void endsAllThatAnAccountHasAPartIn() throws IOException {
        activate(FIRST, JULIET + "/balcony");
        activate(SECOND, "nurse@capulet.lit/x");

        assertThat(endAllOf("nobody@example.org")).isZero();
        assertThat(endAllOf(JULIET)).isEqualTo(1);
        assertThat(endAllOf(ROMEO)).isEqualTo(1);
        assertThat(all()).isEmpty();
    }

    @Test
    void remembersCallsAndChannelsOfTheirAccount() {
        ended.ended(new AllocationReport(0x1234, null, "1700000000:tag", ROMEO, null, null, false, 100, 1, 50, 1, 0,
                Duration.ofSeconds(90).toNanos(), AllocationEnd.EXPIRED));
        ended.closed(new ChannelReport("h7", new ChannelOwner(ROMEO, ROMEO + "/orchard"), null, null, null, null, 10, 1,
                20, 1, 0, Duration.ofSeconds(30).toNanos(), ChannelEnd.IDLE));

        assertThat(of(ROMEO)).containsExactly(
                new SessionView("h7", Kind.CHANNEL, ROMEO, "", NOW.minusSeconds(30), Optional.of(NOW), 30, "idle"),
                new SessionView("c000000001234", Kind.CALL, ROMEO, "", NOW.minusSeconds(90), Optional.of(NOW), 150,
                        "expired"));
    }

    @Test
    void tellsTheUsageOfAnAccountOverAllKinds() throws IOException {
        activate(FIRST, JULIET + "/balcony");
        accounts.open(ROMEO, Traffic.CALL, 0).carried(1000);
        accounts.open(ROMEO, Traffic.CHANNEL, 0).carried(100);

        assertThat(operations.usage(ROMEO)).isEqualTo(new UsageView(1, 1, 1, 1100, 0, 1100, 5_000_000));
        assertThat(operations.usage(JULIET)).isEqualTo(new UsageView(0, 0, 0, 0, 0, 0, 5_000_000));
    }

    @Test
    void knowsTheOperatorsAndDrainsForThem() {
        assertThat(operations.isOperator(ADMIN)).isTrue();
        assertThat(operations.isOperator(ROMEO)).isFalse();

        operations.drain(ADMIN);

        assertThat(drains).hasSize(1);
        assertThat(captured.lines()).containsExactly("INFO  thingle.operations: drain asked for by=" + ADMIN + "\n");
    }

    @Test
    void issuesCredentialsOnlyIfAServiceAsksForThem() {
        assertThat(operations.issue(ROMEO)).isEmpty();
        assertThat(operations.services()).isEmpty();
        assertThat(operations(Optional.of(new Calls(List.of(STUN)))).issue(ROMEO)).isEmpty();

        var both = operations(Optional.of(new Calls(List.of(STUN, TURN))));

        assertThat(both.issue(ROMEO)).contains(new CallCredential(ROMEO, "secret", NOW));
        assertThat(both.services()).containsExactly(STUN, TURN);
    }

    private record Calls(List<CallService> services) implements CallServicesPort {
        @Override
        public CallCredential credential(String account) {
            return new CallCredential(account, "secret", NOW);
        }
    }

    private OperationsAdapter operations(Optional<Calls> calls) {
        var active = new ActiveSessions(bytestreams.commands(), Optional.empty(), Optional.empty(), CLOCK);
        return new OperationsAdapter(List.of(ADMIN), active, lately, accounts, calls, () -> drains.add("drain"));
    }

    private void activate(String hash, String target) throws IOException {
        var proxy = bytestreams.addresses().getFirst();
        sockets.add(Socks5Client.parked(proxy, hash));
        sockets.add(Socks5Client.parked(proxy, hash));
        var request = new ActivationRequest(hash, ROMEO + "/orchard", ROMEO, target);
        var adapter = new RelayAdapter(bytestreams.commands(), List.of());
        assertThat(await((Consumer<ActivationOutcome> done) -> adapter.activate(request, done)))
                .isEqualTo(ActivationOutcome.ACTIVATED);
    }

    private List<SessionView> all() {
        return await(operations::sessions);
    }

    private List<SessionView> of(String account) {
        return await((Consumer<List<SessionView>> done) -> operations.sessionsOf(account, done));
    }

    private boolean end(String id) {
        return await((Consumer<Boolean> done) -> operations.end(id, ADMIN, done));
    }

    private int endAllOf(String account) {
        return await((Consumer<Integer> done) -> operations.endAllOf(account, ADMIN, done));
    }

    private static <T> T await(Consumer<Consumer<T>> asked) {
        var answer = new CompletableFuture<T>();
        asked.accept(answer::complete);
        return answer.orTimeout(10, TimeUnit.SECONDS).join();
    }
}
