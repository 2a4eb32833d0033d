// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.stun.message.MessageClass;
import im.thingle.stun.message.MessageType;
import im.thingle.stun.message.Method;
import im.thingle.stun.message.StunMessageWriter;
import im.thingle.stun.message.TransactionId;
import im.thingle.stun.stream.StunFramer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Every split of a stream gives the same messages. */
class StreamInboundTest {
    private static final class Recorder implements StreamInbound.Owner {
        private final List<String> messages = new ArrayList<>();

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public StunFramer framer() {
            return new StunFramer(4096);
        }

        @Override
        public boolean onMessage(ByteBuffer bytes, int at, int length) {
            byte[] copy = new byte[length];
            bytes.get(at, copy);
            messages.add(HexFormat.of().formatHex(copy));
            return true;
        }
    }

    @Property
    void cutsTheSameMessagesWhateverThePortions(
            @ForAll @Size(max = 30) List<@IntRange(max = 300) Integer> lengths,
            @ForAll @Size(min = 1, max = 20) List<@IntRange(min = 1, max = 500) Integer> portions) {
        List<String> sent = new ArrayList<>();
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        for (int length : lengths) {
            byte[] message = length % 2 == 0 ? Caller.frame(0x4001, new byte[length], true) : binding(length);
            sent.add(HexFormat.of().formatHex(message));
            stream.writeBytes(message);
        }

        StreamInbound inbound = new StreamInbound();
        Recorder recorder = new Recorder();
        byte[] bytes = stream.toByteArray();
        ByteBuffer scratch = ByteBuffer.allocate(10_000);
        for (int at = 0, i = 0; at < bytes.length; i++) {
            int length = Math.min(portions.get(i % portions.size()), bytes.length - at);
            ByteBuffer into = inbound.readInto(scratch).put(bytes, at, length);
            assertThat(inbound.cut(into, recorder)).isTrue();
            Arrays.fill(scratch.array(), (byte) 0xFF); // somebody else uses it in between
            at += length;
        }

        assertThat(recorder.messages).isEqualTo(sent);
    }

    @Example
    void noticesWhatIsNoMessage() {
        StreamInbound inbound = new StreamInbound();
        ByteBuffer scratch = ByteBuffer.allocate(10_000);

        assertThat(inbound.cut(inbound.readInto(scratch).put((byte) 0x80), new Recorder())).isFalse();
    }

    private static byte[] binding(int id) {
        ByteBuffer bytes = ByteBuffer.allocate(20);
        MessageType type = MessageType.of(MessageClass.REQUEST, Method.BINDING);
        new StunMessageWriter().start(bytes, 0, type, new TransactionId(id, id));
        return bytes.array();
    }
}
