// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import im.thingle.relay.account.Accounts;
import im.thingle.relay.account.CloseReason;
import im.thingle.relay.account.Refusal;
import im.thingle.relay.account.RelayEvents;
import im.thingle.relay.account.StreamReport;
import im.thingle.relay.net.EventLoops;
import im.thingle.relay.net.Transport;
import im.thingle.relay.socks5.StreamKey;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The server under test on a free loopback port, with a clock that the test moves and every event recorded. */
final class Proxy implements RelayEvents, AutoCloseable {
    static final Parties PARTIES = new Parties("romeo@montague.lit/orchard", "romeo@montague.lit",
            "juliet@capulet.lit/b");

    final BlockingQueue<StreamReport> reports = new LinkedBlockingQueue<>();
    final BlockingQueue<Refusal> refusals = new LinkedBlockingQueue<>();
    final BlockingQueue<CloseReason> unparked = new LinkedBlockingQueue<>();
    final BlockingQueue<Throwable> bugs = new LinkedBlockingQueue<>();
    final AtomicLong aheadNanos = new AtomicLong();
    final EventLoops loops;
    final Accounts accounts;
    final BytestreamServer server;

    Proxy(Transport transport) throws IOException {
        this(transport, BytestreamLimits.NONE);
    }

    Proxy(Transport transport, BytestreamLimits limits) throws IOException {
        this(transport, limits, "127.0.0.1");
    }

    Proxy(Transport transport, BytestreamLimits limits, String host) throws IOException {
        this(transport, limits, host, new Accounts(limits.ratePerJid(), limits.bytesPerDayPerJid(), () -> 0));
    }

    Proxy(Transport transport, BytestreamLimits limits, String host, Accounts accounts) throws IOException {
        this.accounts = accounts;
        loops = EventLoops.open(transport, 2);
        BytestreamSettings settings = new BytestreamSettings(
                List.of(new InetSocketAddress(host, 0)),
                Duration.ofSeconds(15),
                Duration.ofMinutes(10),
                Duration.ofHours(1),
                Duration.ofMinutes(2),
                limits);
        server = BytestreamServer.start(loops, settings, accounts, this, () -> System.nanoTime() + aheadNanos.get());
    }

    static StreamKey anyKey() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new StreamKey(random.nextLong(), random.nextLong(), random.nextInt());
    }

    InetSocketAddress address() {
        return server.addresses().getFirst();
    }

    Client park(StreamKey key) throws IOException {
        return Client.parked(address(), key);
    }

    /** Null if activated. */
    Refusal activate(StreamKey key) {
        return activate(key, PARTIES);
    }

    Refusal activate(StreamKey key, Parties parties) {
        CompletableFuture<Refusal> answer = new CompletableFuture<>();
        server.commands().activate(key, parties, new ActivationAnswer() {
            @Override
            public void activated() {
                answer.complete(null);
            }

            @Override
            public void refused(Refusal why) {
                answer.complete(why);
            }

            @Override
            public void failed() {
                answer.completeExceptionally(new AssertionError("failed"));
            }
        });
        return answer.orTimeout(5, TimeUnit.SECONDS).join();
    }

    /** Lets time pass, and what is due happen. */
    void pass(Duration time) {
        aheadNanos.addAndGet(time.toNanos());
        server.sweepNow();
    }

    StreamReport report() throws InterruptedException {
        return await(reports);
    }

    Refusal refusal() throws InterruptedException {
        return await(refusals);
    }

    CloseReason unparked() throws InterruptedException {
        return await(unparked);
    }

    private static <T> T await(BlockingQueue<T> queue) throws InterruptedException {
        T event = queue.poll(10, TimeUnit.SECONDS);
        if (event == null) {
            throw new AssertionError("no event within 10 s");
        }
        return event;
    }

    @Override
    public void started(String hash, String requester, String target) {}

    @Override
    public void stopped(StreamReport report) {
        reports.add(report);
    }

    @Override
    public void refusedSocket(Refusal why, InetSocketAddress peer, String detail) {
        refusals.add(why);
    }

    @Override
    public void refusedActivation(Refusal why, String requester, String target, String detail) {
        refusals.add(why);
    }

    @Override
    public void unparked(CloseReason why, InetSocketAddress peer) {
        unparked.add(why);
    }

    @Override
    public void bug(String where, Throwable fault) {
        bugs.add(fault);
    }

    @Override
    public void close() {
        server.close();
        loops.close();
        if (!bugs.isEmpty()) {
            throw new AssertionError("a bug was reported", bugs.peek());
        }
    }
}
