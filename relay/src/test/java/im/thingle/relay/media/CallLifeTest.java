// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import im.thingle.relay.account.Accounts;
import im.thingle.relay.net.EventLoops;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How calls come and go: limits, ports, accounts, commands, drain; and that nothing is left of them. */
@Timeout(120)
class CallLifeTest {
    private static final int PACKETS = 20_000;
    private static final int ROUNDS = 20;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void limitsTheCallsOfAnAccountAndOfAll() throws Exception {
        IceServer.Choice choice = IceServer.with();
        choice.perJid = 1;
        try (IceServer server = choice.start()) {
            IceServer.Call first = server.open(1);

            assertThat(server.refusal()).isEqualTo(CallRefusal.CALLS_PER_JID);
            first.control.end();
            first.ended.get(10, TimeUnit.SECONDS);
            server.open(1);
        }
        choice.perJid = 0;
        choice.all = 1;
        try (IceServer server = choice.start()) {
            server.open(1);
            assertThat(server.refusal()).isEqualTo(CallRefusal.CALLS_TOTAL);
            assertThat(server.refusals).containsExactly(CallRefusal.CALLS_TOTAL);
        }
    }

    @Test
    void refusesWhenNoPortsAreLeft() throws Exception {
        IceServer.Choice choice = IceServer.with();
        choice.range = ChannelLifeTest.freePorts(3);
        try (IceServer server = choice.start()) {
            IceServer.Call call = server.open(1);

            assertThat(server.refusal()).isEqualTo(CallRefusal.PORTS_EXHAUSTED);

            assertThat(server.ports.inUse()).as("half a call is none").isEqualTo(2);
            call.control.end();
            call.ended.get(10, TimeUnit.SECONDS);
            server.open(1);
        }
    }

    @Test
    void givesUpThePortsOfRtcpThatGoesWithRtp() throws Exception {
        try (IceServer server = IceServer.with().start();
                IceClient romeo = new IceClient(true, 1, "127.0.0.1");
                IceClient juliet = new IceClient(false, 1, "127.0.0.1")) {
            IceServer.Call call = server.open(2);
            assertThat(call.responder.candidates()).hasSize(2);
            assertThat(server.ports.inUse()).isEqualTo(4);

            call.control.reduce(1);
            call.control.theirs(CallParty.INITIATOR, romeo.description());
            call.control.theirs(CallParty.RESPONDER, juliet.description());
            call.start();
            romeo.start(call.initiator);
            juliet.start(call.responder);

            call.awaitConnected();
            assertThat(server.ports.inUse()).isEqualTo(2);
        }
    }

    @Test
    void countsForItsAccountAndEndsWithItsDay() throws Exception {
        IceServer.Choice choice = IceServer.with();
        choice.accounts = new Accounts(0, 1000, () -> 0);
        try (IceServer server = choice.start();
                IceClient romeo = new IceClient(true, 1, "127.0.0.1");
                IceClient juliet = new IceClient(false, 1, "127.0.0.1")) {
            IceServer.Call call = server.connect(1, romeo, juliet);
            romeo.send(1, new byte[1001]);
            juliet.receive(1);

            server.advance(Duration.ofMillis(250));

            CallReport report = call.ended.get(10, TimeUnit.SECONDS);
            assertThat(report.reason()).isEqualTo(CallEnd.BYTES_PER_DAY);
            assertThat(report.bytes()).isEqualTo(1001);
            assertThat(server.refusal()).isEqualTo(CallRefusal.BYTES_PER_DAY);
            assertThat(server.service.gauges()).isEqualTo(new CallGauges(0, 1001, 1, 0));
        }
    }

    @Test
    void drains() throws Exception {
        try (IceServer server = IceServer.with().start()) {
            IceServer.Call call = server.open(1);
            CompletableFuture<Integer> drained = server.service.drain(Duration.ofSeconds(5));
            assertThat(server.refusal()).isEqualTo(CallRefusal.DRAINING);
            assertThat(call.ended).isNotDone();

            server.advance(Duration.ofSeconds(5));

            assertThat(drained.get(10, TimeUnit.SECONDS)).isOne();
            assertThat(call.ended.get(10, TimeUnit.SECONDS).reason()).isEqualTo(CallEnd.DRAINED);
        }
    }

    /** An operator's, and then the end of the process: each is told, and the earlier deadline counts. */
    @Test
    void drainsOnceHoweverOftenItIsAsked() throws Exception {
        try (IceServer server = IceServer.with().start()) {
            IceServer.Call call = server.open(1);
            CompletableFuture<Integer> first = server.service.drain(Duration.ofSeconds(5));
            CompletableFuture<Integer> second = server.service.drain(Duration.ofSeconds(50));
            assertThat(server.refusal()).isEqualTo(CallRefusal.DRAINING);

            server.advance(Duration.ofSeconds(5));

            assertThat(first.get(10, TimeUnit.SECONDS)).isOne();
            assertThat(second.get(10, TimeUnit.SECONDS)).isOne();
            assertThat(call.ended.get(10, TimeUnit.SECONDS).reason()).isEqualTo(CallEnd.DRAINED);
        }
    }

    /** Whoever asked is told, one way or the other. */
    @Test
    void isRefusedIfItEndsBeforeItsAgentsAreThere() throws Exception {
        try (IceServer server = IceServer.with().start()) {
            IceServer.Call call = new IceServer.Call();
            CompletableFuture<Void> go = new CompletableFuture<>();
            server.service.holdAgents(go::join);
            CompletableFuture<Object> answer = server.ask(IceServer.ROMEO, 1, call);
            CompletableFuture<Integer> cut = server.service.drain(Duration.ZERO);
            server.advance(Duration.ZERO);
            assertThat(cut.get(10, TimeUnit.SECONDS)).isOne();
            go.complete(null);
            assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo(CallRefusal.DRAINING);
            assertThat(call.ended).isNotDone();
        }
    }

    @Test
    void endsOnCommand() throws Exception {
        try (IceServer server = IceServer.with().start()) {
            IceServer.Call one = server.open(1);
            IceServer.Call other = server.open(1);
            CompletableFuture<Boolean> ended = new CompletableFuture<>();
            server.service.commands().end(one.control.id(), ended::complete);
            assertThat(ended.get(10, TimeUnit.SECONDS)).isTrue();

            CompletableFuture<Integer> count = new CompletableFuture<>();
            server.service.commands().endAllOf(IceServer.ROMEO.account(), count::complete);

            assertThat(count.get(10, TimeUnit.SECONDS)).isOne();
            assertThat(other.ended.get(10, TimeUnit.SECONDS).reason()).isEqualTo(CallEnd.ENDED);
        }
    }

    /** ice4j starts a thread for each socket, which would stay as long as the call. */
    @Test
    void hasNoThreadsOfItsOwn() throws Exception {
        try (IceServer server = IceServer.with().start()) {
            for (int i = 0; i < 20; i++) {
                server.open(2);
            }
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (connectors() > 0 && System.nanoTime() - end < 0) {
                Thread.onSpinWait();
            }
            assertThat(connectors()).isZero();
        }
    }

    @Test
    void allocatesAtMostAByteForAPacket() throws Exception {
        Assumptions.assumeTrue(EventLoops.epollAvailable());
        IceServer.Choice choice = IceServer.with();
        choice.threads = 1;
        choice.accounts = new Accounts(1L << 50, 0, () -> 0);
        try (IceServer server = choice.start();
                IceClient romeo = new IceClient(true, 1, "127.0.0.1");
                IceClient juliet = new IceClient(false, 1, "127.0.0.1")) {
            server.connect(1, romeo, juliet);
            long loop = loop();

            // the first rounds are for the compiler; then one quiet round is enough
            double least = Double.MAX_VALUE;
            for (int round = 0; round < ROUNDS && least > 1; round++) {
                long before = threads.getThreadAllocatedBytes(loop);
                relay(romeo, juliet);
                long allocated = threads.getThreadAllocatedBytes(loop) - before;
                least = Math.min(least, (double) allocated / PACKETS);
            }

            assertThat(least).as("bytes allocated per packet relayed").isLessThanOrEqualTo(1);
        }
    }

    private static void relay(IceClient from, IceClient to) throws Exception {
        byte[] packet = new byte[172];
        packet[0] = (byte) 0x80;
        for (int sent = 0; sent < PACKETS; sent += 16) {
            for (int i = 0; i < 16; i++) {
                from.send(1, packet);
            }
            for (int i = 0; i < 16; i++) {
                to.receive(1);
            }
        }
    }

    private long connectors() {
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(thread -> thread != null && thread.getThreadName().startsWith("IceConnector"))
                .count();
    }

    private long loop() {
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(thread -> thread != null && thread.getThreadName().startsWith("thingle-loop"))
                .mapToLong(thread -> thread.getThreadId())
                .max()
                .orElseThrow();
    }
}
