// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.relay.account.CloseReason;
import im.thingle.relay.account.Shaper;
import im.thingle.relay.net.StreamSocket;
import im.thingle.relay.net.Transport;
import io.netty.channel.IoEventLoop;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A bug of ours while a pump starts ends that one bytestream; whoever starts it goes on. */
class PumpTest implements Pump.Owner {
    /** Nothing ever comes of it, but for a bug. */
    private static final class Quiet implements StreamSocket {
        private final RuntimeException bug;
        private int reads;

        Quiet(RuntimeException bug) {
            this.bug = bug;
        }

        @Override
        public int read(ByteBuffer into) {
            reads++;
            if (bug != null) {
                throw bug;
            }
            return 0;
        }

        @Override
        public int write(ByteBuffer from) {
            return 0;
        }

        @Override
        public Peek peek() {
            return Peek.NOTHING;
        }

        @Override
        public InetSocketAddress remoteAddress() {
            return InetSocketAddress.createUnresolved("client.example", 1);
        }

        @Override
        public InetSocketAddress localAddress() {
            return InetSocketAddress.createUnresolved("relay.example", 1);
        }

        @Override
        public void attach(IoEventLoop loop, Listener listener) {}

        @Override
        public void listener(Listener listener) {}

        @Override
        public void detach() {}

        @Override
        public void await(boolean readable, boolean writable) {}

        @Override
        public void busy() {}

        @Override
        public void tellAgain() {}

        @Override
        public void shutdownOutput() {}

        @Override
        public void close() {}

        @Override
        public void reset() {}
    }

    private final ConduitPool pool = new ConduitPool(Transport.NIO, 1);
    private final RuntimeException bug = new IllegalStateException("a bug");
    private final List<Object> told = new ArrayList<>();

    @Test
    void endsWithABugOfItsFirstDirection() {
        Quiet second = new Quiet(null);

        start(new Quiet(bug), second);

        assertThat(told).containsExactly(bug, CloseReason.FAULT);
        assertThat(second.reads).as("reads after the end").isZero();
    }

    @Test
    void endsWithABugOfItsSecondDirection() {
        Quiet first = new Quiet(null);

        start(first, new Quiet(bug));

        assertThat(told).containsExactly(bug, CloseReason.FAULT);
        assertThat(first.reads).isEqualTo(1);
    }

    private void start(StreamSocket first, StreamSocket second) {
        Flow fromFirst = new Flow(first, second, pool, Shaper.UNLIMITED, () -> 0);
        Flow fromSecond = new Flow(second, first, pool, Shaper.UNLIMITED, () -> 0);

        new Pump(null, fromFirst, fromSecond, this).start();

        assertThat(fromFirst.isOver()).isTrue();
        assertThat(fromSecond.isOver()).isTrue();
    }

    @Override
    public void over(CloseReason why) {
        told.add(why);
    }

    @Override
    public void bug(Throwable fault) {
        told.add(fault);
    }
}
