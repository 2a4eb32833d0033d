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
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Requests to one server over UDP, repeated until they are answered (RFC 8489 §6.2.1). Blocks. Confined to its
 * caller's thread.
 */
final class StunExchange implements AutoCloseable {
    private static final int FIRST_TIMEOUT_MILLIS = 500;
    private static final int MOST_BYTES = 2000;

    private final DatagramSocket socket;
    private final long deadlineNanos;
    private final SecureRandom random = new SecureRandom();

    private StunExchange(DatagramSocket socket, Duration patience) {
        this.socket = socket;
        deadlineNanos = System.nanoTime() + patience.toNanos();
    }

    /** @param patience for all requests together */
    static StunExchange open(InetSocketAddress server, Duration patience) throws IOException {
        var socket = new DatagramSocket();
        try {
            socket.connect(server);
            return new StunExchange(socket, patience);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** The response; null if none came in time. */
    StunMessage ask(Method method, Consumer<StunMessageWriter> attributes) throws IOException {
        var id = new TransactionId(random.nextInt(), random.nextLong());
        var bytes = ByteBuffer.allocate(MOST_BYTES);
        var writer = new StunMessageWriter();
        writer.start(bytes, 0, MessageType.of(MessageClass.REQUEST, method), id);
        attributes.accept(writer);
        var request = new DatagramPacket(bytes.array(), writer.length(), socket.getRemoteSocketAddress());
        for (long timeout = FIRST_TIMEOUT_MILLIS; leftMillis() > 0; timeout *= 2) {
            socket.send(request);
            var answer = await(id, System.nanoTime() + Duration.ofMillis(Math.min(timeout, leftMillis())).toNanos());
            if (answer != null) {
                return answer;
            }
        }
        return null;
    }

    private StunMessage await(TransactionId id, long untilNanos) throws IOException {
        for (var left = untilNanos - System.nanoTime(); left > 0; left = untilNanos - System.nanoTime()) {
            var packet = new DatagramPacket(new byte[MOST_BYTES], MOST_BYTES);
            socket.setSoTimeout((int) Math.max(1, Duration.ofNanos(left).toMillis()));
            try {
                socket.receive(packet);
            } catch (SocketTimeoutException silence) {
                return null;
            }
            var message = new StunMessage();
            if (message.wrap(packet.getData(), 0, packet.getLength()) == Malformed.NONE
                    && message.transactionId().equals(id)) {
                return message;
            }
        }
        return null;
    }

    private long leftMillis() {
        return Duration.ofNanos(deadlineNanos - System.nanoTime()).toMillis();
    }

    @Override
    public void close() {
        socket.close();
    }
}
