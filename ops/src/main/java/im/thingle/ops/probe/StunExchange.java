// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.probe;

import im.thingle.stun.message.Malformed;
import im.thingle.stun.message.MessageClass;
import im.thingle.stun.message.MessageType;
import im.thingle.stun.message.Method;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.message.StunMessageWriter;
import im.thingle.stun.message.TransactionId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.function.Consumer;

/** Requests to one server, one after the other. Blocks. Confined to its caller's thread. */
final class StunExchange implements AutoCloseable {
    static final int MOST_BYTES = 2000;

    /** What carries the messages. Confined to its caller's thread. */
    interface Wire extends AutoCloseable {
        /** The time to the first repetition of a request, which doubles; null: none is lost on the way. */
        Duration firstTimeout();

        void send(byte[] bytes, int length) throws IOException;

        /** The next message's length, from the start of {@code into}; negative if none came in time. */
        int receive(byte[] into, Duration patience) throws IOException;

        @Override
        void close();
    }

    private final Wire wire;
    private final long deadlineNanos;
    private final SecureRandom random = new SecureRandom();

    /** @param patience for all requests together */
    StunExchange(Wire wire, Duration patience) {
        this.wire = wire;
        deadlineNanos = System.nanoTime() + patience.toNanos();
    }

    /** The response; null if none came in time. */
    StunMessage ask(Method method, Consumer<StunMessageWriter> attributes) throws IOException {
        var id = new TransactionId(random.nextInt(), random.nextLong());
        var bytes = ByteBuffer.allocate(MOST_BYTES);
        var writer = new StunMessageWriter();
        writer.start(bytes, 0, MessageType.of(MessageClass.REQUEST, method), id);
        attributes.accept(writer);
        for (var timeout = wire.firstTimeout(); left().isPositive(); timeout = timeout.multipliedBy(2)) {
            wire.send(bytes.array(), writer.length());
            if (timeout == null) {
                return await(id, deadlineNanos);
            }
            var answer = await(id, System.nanoTime() + Math.min(timeout.toNanos(), left().toNanos()));
            if (answer != null) {
                return answer;
            }
        }
        return null;
    }

    private StunMessage await(TransactionId id, long untilNanos) throws IOException {
        var bytes = new byte[MOST_BYTES];
        for (var left = untilNanos - System.nanoTime(); left > 0; left = untilNanos - System.nanoTime()) {
            var length = wire.receive(bytes, Duration.ofNanos(left));
            if (length < 0) {
                return null;
            }
            var message = new StunMessage();
            if (message.wrap(bytes, 0, length) == Malformed.NONE && message.transactionId().equals(id)) {
                return message;
            }
        }
        return null;
    }

    private Duration left() {
        return Duration.ofNanos(deadlineNanos - System.nanoTime());
    }

    @Override
    public void close() {
        wire.close();
    }
}
