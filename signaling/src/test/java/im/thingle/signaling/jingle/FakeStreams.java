// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle;

import im.thingle.signaling.port.ActivationOutcome;
import im.thingle.signaling.port.ByteStream;
import im.thingle.signaling.port.ByteStreamListener;
import im.thingle.signaling.port.StreamEnd;
import im.thingle.signaling.port.StreamLeg;
import im.thingle.signaling.port.StreamMeter;
import im.thingle.signaling.port.StreamParties;
import im.thingle.signaling.port.Streamhost;
import im.thingle.signaling.port.StreamsPort;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A relay without sockets, which does what the test says. */
public final class FakeStreams implements StreamsPort {
    public final List<StreamLeg> expected = new ArrayList<>();
    public final List<List<StreamLeg>> joined = new ArrayList<>();
    public final List<StreamLeg> cut = new ArrayList<>();
    public ActivationOutcome outcome = ActivationOutcome.ACTIVATED;
    public StreamParties parties;
    public Consumer<StreamEnd> whenEnded;
    public FakeStream bridged;
    public boolean gone;
    public boolean late;
    /** What may still be carried in stanzas, at a time and today. */
    public int allowance = Integer.MAX_VALUE;
    public long today = Long.MAX_VALUE;
    /** Meters that are open. */
    public int meters;
    public Runnable bridging;

    @Override
    public List<Streamhost> streamhosts() {
        return List.of(new Streamhost("203.0.113.7", 5000), new Streamhost("2001:db8::7", 5000));
    }

    @Override
    public void expect(StreamLeg leg) {
        expected.add(leg);
    }

    @Override
    public void release(StreamLeg leg) {
        expected.remove(leg);
    }

    @Override
    public void join(StreamLeg first, StreamLeg second, StreamParties parties, Consumer<ActivationOutcome> whenDone,
            Consumer<StreamEnd> whenEnded) {
        joined.add(List.of(first, second));
        this.parties = parties;
        this.whenEnded = whenEnded;
        whenDone.accept(outcome);
    }

    @Override
    public void bridge(StreamLeg leg, StreamParties parties, ByteStreamListener listener,
            Consumer<Optional<ByteStream>> whenDone) {
        this.parties = parties;
        bridged = new FakeStream(listener);
        bridging = () -> whenDone.accept(gone ? Optional.empty() : Optional.of(bridged));
        if (!late) {
            bridging.run();
        }
    }

    @Override
    public StreamMeter meter(StreamParties parties) {
        meters++;
        return new Meter();
    }

    @Override
    public void cut(StreamLeg leg) {
        cut.add(leg);
        whenEnded.accept(new StreamEnd(3, false, "cut"));
    }

    private final class Meter implements StreamMeter {
        @Override
        public boolean mayRead() {
            return allowance > 0;
        }

        @Override
        public boolean exhausted() {
            return today <= 0;
        }

        @Override
        public void carried(int bytes) {
            allowance -= bytes;
            today -= bytes;
        }

        @Override
        public void close() {
            meters--;
        }
    }

    /** A client's socket. */
    public static final class FakeStream implements ByteStream {
        public final ByteStreamListener listener;
        public final ByteArrayOutputStream written = new ByteArrayOutputStream();
        public final Deque<Runnable> sent = new ArrayDeque<>();
        public boolean takesAll = true;
        public boolean finished;
        public boolean cut;
        private boolean reading;

        FakeStream(ByteStreamListener listener) {
            this.listener = listener;
        }

        @Override
        public void read() {
            reading = true;
            deliver();
        }

        @Override
        public void write(byte[] bytes) {
            written.writeBytes(bytes);
            if (takesAll) {
                listener.written();
            }
        }

        @Override
        public void finish() {
            finished = true;
        }

        @Override
        public void cut() {
            cut = true;
        }

        /** The client sends. */
        public void send(byte[] bytes) {
            sent.add(() -> listener.data(bytes));
            deliver();
        }

        /** The client sends its end of file. */
        public void end() {
            sent.add(listener::ended);
            deliver();
        }

        private void deliver() {
            if (reading && !sent.isEmpty()) {
                reading = false;
                sent.poll().run();
            }
        }
    }
}
