// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.attribute;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import im.thingle.stun.attribute.TransportAddress.Family;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.MessageClass;
import im.thingle.stun.message.MessageType;
import im.thingle.stun.message.Method;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.message.StunMessageWriter;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a Send or Data indication costs (RFC 8656 §11), packet after packet in one buffer. */
class IndicationsLeaveNoGarbageTest {
    private static final TransportAddress PEER =
            new TransportAddress(Family.IPV6, 0x20010DB800000000L, 0x0000000000000001L, 4567);
    private static final MessageType SEND = MessageType.of(MessageClass.INDICATION, Method.SEND);
    private static final Set<AttributeType> UNDERSTOOD = EnumSet.of(AttributeType.XOR_PEER_ADDRESS, AttributeType.DATA);
    private static final int ROUNDS = 10_000;

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(2048);
    private final ByteBuffer data = ByteBuffer.allocateDirect(5);
    private final StunMessageWriter writer = new StunMessageWriter();
    private final StunMessage message = new StunMessage();
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void whenReadAndWhenWritten() {
        exchange();

        long before = threads.getCurrentThreadAllocatedBytes();
        long sum = exchange();
        long allocatedBytes = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(sum).isEqualTo(ROUNDS * (PEER.high() + PEER.low() + PEER.port() + data.remaining()));
        assertThat(allocatedBytes).isLessThan(ROUNDS);
    }

    private long exchange() {
        long sum = 0;
        for (int round = 0; round < ROUNDS; round++) {
            writer.start(buffer, round & 7, SEND, round, round);
            AddressAttribute.write(writer, AttributeType.XOR_PEER_ADDRESS, PEER);
            writer.add(AttributeType.DATA, data);
            message.wrap(buffer, round & 7, writer.length());
            if (UnknownAttributes.first(message, UNDERSTOOD) == StunMessage.NONE) {
                sum += read();
            }
        }
        return sum;
    }

    private long read() {
        int at = message.find(AttributeType.XOR_PEER_ADDRESS);
        if (AddressAttribute.family(message, at) != Family.IPV6) {
            return 0;
        }
        return AddressAttribute.high(message, at) + AddressAttribute.low(message, at)
                + AddressAttribute.port(message, at)
                + message.window(message.find(AttributeType.DATA)).remaining();
    }
}
