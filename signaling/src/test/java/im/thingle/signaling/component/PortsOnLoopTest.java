// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.port.ActivationOutcome;
import im.thingle.signaling.port.ActivationRequest;
import im.thingle.signaling.port.BrokerEvents;
import im.thingle.signaling.port.BrokeredSession;
import im.thingle.signaling.port.ByteStream;
import im.thingle.signaling.port.ByteStreamListener;
import im.thingle.signaling.port.ChannelOutcome;
import im.thingle.signaling.port.ChannelRequest;
import im.thingle.signaling.port.GatewayPorts;
import im.thingle.signaling.port.Ports;
import im.thingle.signaling.port.StreamEnd;
import im.thingle.signaling.port.StreamLeg;
import im.thingle.signaling.port.StreamMeter;
import im.thingle.signaling.port.StreamParties;
import im.thingle.signaling.port.Streamhost;
import im.thingle.signaling.port.StreamsPort;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Behind these ports the outcome comes on the caller's thread, which is the test's. */
@Timeout(30)
class PortsOnLoopTest {
    private final EventLoop loop = new DefaultEventLoop();
    private final RecordedOutput output = new RecordedOutput();
    private final IqRouter router = new IqRouter("proxy.example.org", new PendingIqs(), output);
    private final Ports behind = TestPorts.withCalls();
    private final Ports ports = PortsOnLoop.of(
            new Ports(behind.relay(), behind.access(), behind.calls(), behind.callSettings(),
                    Optional.of((request, whenDone) ->
                            whenDone.accept(new ChannelOutcome.Opened("id", "host", 1, 2, 3, 4))),
            behind.operations(),
            Optional.of(new GatewayPorts(null, new Streams(), new Events(), null, () -> false, Optional.empty()))),
            loop, router);
    private final BlockingQueue<Boolean> onLoop = new LinkedBlockingQueue<>();

    @AfterEach
    void stop() throws Exception {
        loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
    }

    @Test
    void bringsTheOutcomesOfEveryPortToTheLoop() throws Exception {
        ports.relay().activate(new ActivationRequest("hash", "a@b/c", "a@b", "d@e/f"), note());
        ports.channels().orElseThrow().open(new ChannelRequest("a@b", "a@b/c"), note());
        ports.operations().sessions(note());
        ports.operations().sessionsOf("a@b", note());
        ports.operations().end("id", "a@b", note());
        ports.operations().endAllOf("a@b", "a@b", note());

        for (int i = 0; i < 6; i++) {
            assertThat(onLoop.poll(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void bringsWhatStreamsTellToTheLoopAndNeverInTheMiddleOfACall() throws Exception {
        StreamsPort streams = ports.gateway().orElseThrow().streams();
        StreamLeg leg = new StreamLeg(List.of("hash"));
        boolean atOnce = loop.submit(() -> {
            streams.join(leg, leg, null, note(), note());
            streams.bridge(leg, null, new Listener(), note());
            return !onLoop.isEmpty();
        }).get(10, TimeUnit.SECONDS);

        assertThat(atOnce).isFalse();
        for (int i = 0; i < 7; i++) {
            assertThat(onLoop.poll(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void bringsTheEndOfASessionToTheLoop() throws Exception {
        ports.gateway().orElseThrow().events().started(null, () -> onLoop.add(loop.inEventLoop()));

        assertThat(onLoop.poll(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void doesNotHopFromTheLoopItself() throws Exception {
        assertThat(loop.submit(() -> {
            ports.operations().sessions(note());
            return onLoop.size();
        }).get(10, TimeUnit.SECONDS)).isOne();
    }

    @Test
    void dropsAnOutcomeWhenTheLoopIsGone() throws Exception {
        loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();

        ports.operations().sessions(note());

        assertThat(onLoop).isEmpty();
    }

    /** Whoever is behind the port would swallow it. */
    @Test
    void aFaultInAnOutcomeStaysOnTheLoopAndIsReported() throws Exception {
        loop.submit(() -> {
            ports.operations().sessions(sessions -> {
                throw new IllegalStateException("at once");
            });
        }).get(10, TimeUnit.SECONDS);
        ports.operations().sessions(sessions -> {
            throw new IllegalStateException("later");
        });
        ports.gateway().orElseThrow().events().started(null, () -> {
            throw new IllegalStateException("of no request");
        });
        loop.submit(() -> { }).get(10, TimeUnit.SECONDS);

        assertThat(output.all).containsExactly("bug outcome at once", "bug outcome later", "bug outcome of no request");
    }

    /** A stream tells things long after the request that it was made for. */
    @Test
    void whatBreaksInAStreamIsUndone() throws Exception {
        List<String> undone = new ArrayList<>();
        loop.submit(() -> router.within(
                () -> ports.gateway().orElseThrow().streams()
                        .bridge(new StreamLeg(List.of("hash")), null, new Breaking(), taken -> { }),
                () -> undone.add("undone"))).get(10, TimeUnit.SECONDS);

        loop.submit(() -> { }).get(10, TimeUnit.SECONDS);

        assertThat(undone).hasSize(4);
        assertThat(output.all).hasSize(4).containsOnly("bug outcome oops");
    }

    private static final class Breaking implements ByteStreamListener {
        @Override
        public void data(byte[] bytes) {
            throw new IllegalStateException("oops");
        }

        @Override
        public void written() {
            throw new IllegalStateException("oops");
        }

        @Override
        public void ended() {
            throw new IllegalStateException("oops");
        }

        @Override
        public void broken(String why) {
            throw new IllegalStateException("oops");
        }
    }

    private <T> Consumer<T> note() {
        return outcome -> onLoop.add(loop.inEventLoop());
    }

    private final class Listener implements ByteStreamListener {
        @Override
        public void data(byte[] bytes) {
            onLoop.add(loop.inEventLoop());
        }

        @Override
        public void written() {
            onLoop.add(loop.inEventLoop());
        }

        @Override
        public void ended() {
            onLoop.add(loop.inEventLoop());
        }

        @Override
        public void broken(String why) {
            onLoop.add(loop.inEventLoop());
        }
    }

    /** Tells everything at once. */
    private static final class Streams implements StreamsPort {
        @Override
        public List<Streamhost> streamhosts() {
            return List.of();
        }

        @Override
        public void expect(StreamLeg leg) { }

        @Override
        public void release(StreamLeg leg) { }

        @Override
        public void join(StreamLeg first, StreamLeg second, StreamParties parties, Consumer<ActivationOutcome> whenDone,
                Consumer<StreamEnd> whenEnded) {
            whenDone.accept(ActivationOutcome.ACTIVATED);
            whenEnded.accept(new StreamEnd(0, true, "completed"));
        }

        @Override
        public void bridge(StreamLeg leg, StreamParties parties, ByteStreamListener listener,
                Consumer<Optional<ByteStream>> whenDone) {
            whenDone.accept(Optional.empty());
            listener.data(new byte[1]);
            listener.written();
            listener.ended();
            listener.broken("why");
        }

        @Override
        public StreamMeter meter(StreamParties parties) {
            return null;
        }

        @Override
        public void cut(StreamLeg leg) { }
    }

    /** The operator ends every session at once. */
    private static final class Events implements BrokerEvents {
        @Override
        public void started(BrokeredSession session, Runnable end) {
            end.run();
        }

        @Override
        public void carries(BrokeredSession session, String first, String second) { }

        @Override
        public void ended(BrokeredSession session, String reason, String by, long bytes) { }

        @Override
        public void bug(String where, Throwable fault) { }
    }
}
