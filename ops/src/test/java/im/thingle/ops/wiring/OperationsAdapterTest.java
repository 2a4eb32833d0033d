// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.log.Captured;
import im.thingle.ops.peer.Socks5Client;
import im.thingle.ops.sessions.BrokeredSessions;
import im.thingle.ops.sessions.LatelyEnded;
import im.thingle.relay.account.Accounts;
import im.thingle.relay.account.CloseReason;
import im.thingle.relay.account.StreamReport;
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
import im.thingle.signaling.port.BrokeredSession;
import im.thingle.signaling.port.CallCredential;
import im.thingle.signaling.port.CallService;
import im.thingle.signaling.port.CallServicesPort;
import im.thingle.signaling.port.SessionView;
import im.thingle.signaling.port.SessionView.Kind;
import im.thingle.signaling.port.StreamEnd;
import im.thingle.signaling.port.StreamLeg;
import im.thingle.signaling.port.StreamParties;
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
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
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
    private final BrokeredSessions brokered = new BrokeredSessions(lately, CLOCK);
    private final EndedSessions ended = new EndedSessions(lately, CLOCK);
    private final Accounts accounts = new Accounts(0, 5_000_000, () -> 20_000);
    private final List<String> drains = new ArrayList<>();
    private final BlockingQueue<String> bugs = new LinkedBlockingQueue<>();
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

    /** Whoever chooses a stream's name can try many, until two begin alike. */
    @Test
    void endsNothingByAnIdThatTwoHave() throws IOException {
        var twin = FIRST.substring(0, 12) + SECOND.substring(12);
        activate(FIRST, JULIET + "/balcony");
        activate(twin, JULIET + "/balcony");

        assertThat(end("f" + FIRST.substring(0, 12))).isFalse();
        assertThat(all()).hasSize(2);
        assertThat(endAllOf(JULIET)).isEqualTo(2);
    }

    @Test
    void remembersWhoMadeAFileSoThatItsTargetKeepsItsOwn() {
        ended.stopped(report(ROMEO, JULIET));
        for (int i = 0; i < 100; i++) {
            ended.stopped(report("mallory@capulet.lit", ROMEO));
        }

        assertThat(of(ROMEO)).hasSizeLessThan(50).last().extracting(SessionView::peer).isEqualTo(JULIET + "/x");
    }

    private static StreamReport report(String requester, String target) {
        return new StreamReport(FIRST, requester + "/x", target + "/x", "", null, null, 1, 1, 1, CloseReason.COMPLETED);
    }

    @Test
    void reportsAFaultAndAnswersNevertheless() throws IOException {
        var session = new BrokeredSession("8f14e45f-ceea-467a-9575-6d2b9f3b1c7e", "s1", ROMEO + "/orchard",
                JULIET + "/balcony", "file");
        brokered.started(session, () -> {
            throw new IllegalStateException("a bug");
        });

        assertThat(end("j8f14e45fceea")).isFalse();
        activate(FIRST, JULIET + "/balcony");
        assertThat(endAllOf(ROMEO)).as("the file").isEqualTo(1);
        assertThat(bugs).containsExactly("command: a bug", "command: a bug");
    }

    @Test
    void reportsAFaultOfWhoeverIsAnswered() throws Exception {
        operations.sessions(all -> {
            throw new IllegalStateException("cannot draw this");
        });

        assertThat(bugs.poll(10, TimeUnit.SECONDS)).isEqualTo("answer to a command: cannot draw this");
    }

    private BrokeredSession broker(String kind) {
        var session = new BrokeredSession("8f14e45f-ceea-467a-9575-6d2b9f3b1c7e", "a73sjjvkla37jfea", ROMEO + "/orchard",
                JULIET + "/balcony", kind);
        brokered.started(session, () -> brokered.ended(session, "gone", "", 42));
        return session;
    }

    @Test
    void showsABrokeredSessionToBothPartiesAndEndsIt() {
        broker("call");

        var first = new SessionView("j8f14e45fceea", Kind.CALL, ROMEO, JULIET + "/balcony", NOW, Optional.empty(), 0, "");
        assertThat(all()).containsExactly(first);
        assertThat(of(ROMEO)).containsExactly(first);
        assertThat(of(JULIET)).containsExactly(
                new SessionView("j8f14e45fceea", Kind.CALL, JULIET, ROMEO + "/orchard", NOW, Optional.empty(), 0, ""));

        assertThat(end("j8f14e45fceea")).isTrue();

        assertThat(end("j8f14e45fceea")).as("again").isFalse();
        assertThat(all()).isEmpty();
        assertThat(of(JULIET)).containsExactly(new SessionView(
                "j8f14e45fceea", Kind.CALL, JULIET, ROMEO + "/orchard", NOW, Optional.of(NOW), 42, "gone"));
    }

    @Test
    void tellsTheStreamOfABrokeredSessionAsThatSession() throws IOException {
        var session = broker("file");
        var streams = new StreamsAdapter(bytestreams.commands(), List.of(), new InBandBytes(accounts, 0));
        var legs = List.of(new StreamLeg(List.of(FIRST)), new StreamLeg(List.of(SECOND)));
        for (var leg : legs) {
            streams.expect(leg);
            sockets.add(Socks5Client.parked(bytestreams.addresses().getFirst(), leg.hashes().getFirst()));
        }
        var over = new CompletableFuture<StreamEnd>();
        var parties = new StreamParties(ROMEO, session.initiator(), session.responder(), session.id());
        assertThat(await((Consumer<ActivationOutcome> done) ->
                streams.join(legs.getFirst(), legs.getLast(), parties, done, over::complete)))
                .isEqualTo(ActivationOutcome.ACTIVATED);
        sockets.getFirst().write("hello");
        assertThat(sockets.getLast().readText(5)).isEqualTo("hello");

        assertThat(all()).containsExactly(new SessionView(
                "j8f14e45fceea", Kind.FILE, ROMEO, JULIET + "/balcony", NOW, Optional.empty(), 5, ""));
        assertThat(operations.usage(ROMEO).files()).isEqualTo(1);

        streams.cut(legs.getFirst());
        over.orTimeout(10, TimeUnit.SECONDS).join();
        assertThat(of(ROMEO)).extracting(SessionView::id).containsExactly("j8f14e45fceea");
        brokered.ended(session, "cancel", "", 5);
        assertThat(of(ROMEO)).extracting(SessionView::reason).containsExactly("cancel");
    }

    @Test
    void remembersWhoEndedABrokeredFileByItself() {
        var session = broker("file");

        brokered.ended(session, "success", ROMEO + "/orchard", 7);
        brokered.ended(session, "success", ROMEO + "/orchard", 7);

        assertThat(of(ROMEO)).containsExactly(new SessionView(
                "j8f14e45fceea", Kind.FILE, ROMEO, JULIET + "/balcony", NOW, Optional.of(NOW), 7, "success"));
        assertThat(endAllOf(ROMEO)).isZero();
    }

    @Test
    void countsWhatGoesInStanzasWhileItGoes() {
        var parties = new StreamParties(ROMEO, ROMEO + "/orchard", JULIET + "/balcony", "8f14e45fceea");
        var meter = new InBandBytes(accounts, 1_000).meter(parties);
        assertThat(meter.mayRead()).isTrue();
        assertThat(operations.usage(ROMEO).files()).isOne();

        meter.carried(5_000); // as much as may go in five seconds
        assertThat(meter.mayRead()).isFalse();
        assertThat(accounts.usage(ROMEO).fileBytes()).isEqualTo(5_000);
        assertThat(meter.exhausted()).isFalse();
        assertThat(new InBandBytes(accounts, 1_000).meter(parties).mayRead()).as("a rate for each").isTrue();

        meter.carried(5_000_000);
        assertThat(meter.exhausted()).isTrue();
        assertThat(new InBandBytes(accounts, 0).meter(parties).exhausted()).as("a day for all").isTrue();
        meter.close();
        meter.close();
        assertThat(operations.usage(ROMEO).files()).isEqualTo(2);
    }

    @Test
    void endsBrokeredSessionsWithAllOthersOfAnAccount() throws IOException {
        broker("file");
        activate(FIRST, JULIET + "/balcony");

        assertThat(endAllOf(JULIET)).isEqualTo(2);
        assertThat(all()).isEmpty();
    }

    @Test
    void remembersCallsAndChannelsOfTheirAccount() {
        ended.ended(new AllocationReport(0x1234, null, "1700000000:tag", ROMEO, null, null, false, 100, 1, 50, 1, 0,
                Duration.ofSeconds(90).toNanos(), AllocationEnd.EXPIRED));
        ended.closed(new ChannelReport("7", new ChannelOwner(ROMEO, ROMEO + "/orchard"), null, null, null, null, 10, 1,
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
        var files = new ActiveSessions.Carriers(
                bytestreams.commands(), Optional.empty(), Optional.empty(), Optional.empty());
        return new OperationsAdapter(List.of(ADMIN), new ActiveSessions(files, brokered, CLOCK), lately, accounts, calls,
                () -> drains.add("drain"), new Answers((where, bug) -> bugs.add(where + ": " + bug.getMessage())));
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
