// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import im.thingle.stun.attribute.AddressAttribute;
import im.thingle.stun.attribute.AddressErrorCode;
import im.thingle.stun.attribute.BytesAttribute;
import im.thingle.stun.attribute.ErrorCodeAttribute;
import im.thingle.stun.attribute.IcmpAttribute;
import im.thingle.stun.attribute.NumberAttribute;
import im.thingle.stun.attribute.PasswordAlgorithmAttribute;
import im.thingle.stun.attribute.TextAttribute;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.attribute.UnknownAttributes;
import im.thingle.stun.behavior.NatBehavior;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.Malformed;
import im.thingle.stun.message.MessageClass;
import im.thingle.stun.message.MessageType;
import im.thingle.stun.message.Method;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.message.StunMessageWriter;
import im.thingle.stun.message.TransactionId;
import im.thingle.stun.stream.StunFramer;
import im.thingle.stun.turn.ChannelData;
import im.thingle.stun.uri.StunUri;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Every decoder of this room against bytes that a fuzzer makes up; in a build against those in
 * {@code StunFuzzTestInputs} only. {@code ops/fuzz} has the command for more.
 */
class StunFuzzTest {
    private static final Set<AttributeType> ADDRESSES = EnumSet.of(AttributeType.MAPPED_ADDRESS,
            AttributeType.XOR_MAPPED_ADDRESS, AttributeType.XOR_PEER_ADDRESS, AttributeType.XOR_RELAYED_ADDRESS,
            AttributeType.ALTERNATE_SERVER, AttributeType.RESPONSE_ORIGIN, AttributeType.OTHER_ADDRESS);
    private static final TransportAddress CLIENT = TransportAddress.of(new byte[] {1, 2, 3, 4}, 5);
    private static final TransportAddress A1 = TransportAddress.of(new byte[] {10, 0, 0, 1}, 3478);
    private static final TransportAddress A2 = TransportAddress.of(new byte[] {10, 0, 0, 2}, 3479);
    private static final NatBehavior BEHAVIOR = new NatBehavior(A1, A2);

    private final StunMessage message = new StunMessage();

    /** What is read stays within the message, and what is written of it again reads the same. */
    @FuzzTest
    void message(byte[] bytes) {
        if (message.wrap(bytes, 0, bytes.length) != Malformed.NONE) {
            assertThat(message.first()).isEqualTo(StunMessage.NONE);
            return;
        }
        message.type();
        StunMessageWriter writer = writer();
        int count = 0;
        for (int at = message.first(); at != StunMessage.NONE; at = message.next(at)) {
            assertThat(message.window(at)).isEqualTo(message.value(at));
            AttributeType type = AttributeType.of(message.code(at));
            if (type != AttributeType.UNKNOWN) {
                writer.add(type, message.value(at));
                count++;
            }
        }
        StunMessage copy = new StunMessage();
        assertThat(copy.wrap(writer.bytes(), 0, writer.length())).isEqualTo(Malformed.NONE);
        for (int at = copy.first(); at != StunMessage.NONE; at = copy.next(at)) {
            count--;
        }
        assertThat(count).isZero();
    }

    /** Every attribute by its own reader; what that reads it writes again and reads the same. */
    @FuzzTest
    void attributes(byte[] bytes) {
        if (message.wrap(bytes, 0, bytes.length) != Malformed.NONE) {
            return;
        }
        for (NumberAttribute type : NumberAttribute.values()) {
            long number = type.read(message);
            assertThat(number < 0 ? number : type.read(written(writer -> type.write(writer, number))))
                    .isEqualTo(number);
        }
        for (TextAttribute type : TextAttribute.values()) {
            type.read(message).ifPresent(text ->
                    assertThat(type.read(written(writer -> type.write(writer, text)))).contains(text));
        }
        for (BytesAttribute type : BytesAttribute.values()) {
            type.read(message).ifPresent(value ->
                    assertThat(type.read(written(writer -> type.write(writer, value)))).contains(value));
        }
        readAddresses();
        ErrorCodeAttribute.read(message).ifPresent(code -> assertThat(code).isBetween(300, 699));
        AddressErrorCode.read(message).ifPresent(error -> assertThat(error.code()).isBetween(300, 699));
        IcmpAttribute.read(message).ifPresent(icmp -> assertThat(IcmpAttribute.read(
                written(writer -> IcmpAttribute.write(writer, icmp.type(), icmp.code(), icmp.data())))).contains(icmp));
        PasswordAlgorithmAttribute.readOffered(message);
        PasswordAlgorithmAttribute.readChosen(message);
        UnknownAttributes.read(message);
        StunMessage refusal = written(writer -> UnknownAttributes.write(writer, message, ADDRESSES));
        assertThat(UnknownAttributes.read(refusal).orElseThrow().isEmpty())
                .isEqualTo(UnknownAttributes.first(message, ADDRESSES) == StunMessage.NONE);
        assertThat(BEHAVIOR.serves(BEHAVIOR.answer(message, CLIENT, A1).from())).isTrue();
    }

    /** The first byte says how long the pieces are that a stream comes in: its messages are those of the whole. */
    @FuzzTest
    void framer(byte[] bytes) {
        int piece = bytes.length == 0 ? 1 : 1 + (bytes[0] & 0x1F);
        byte[] stream = bytes.length == 0 ? bytes : Arrays.copyOfRange(bytes, 1, bytes.length);

        assertThat(frames(stream, piece)).isEqualTo(frames(stream, stream.length + 1));
    }

    @FuzzTest
    void channelData(byte[] bytes) {
        ByteBuffer datagram = ByteBuffer.wrap(bytes);
        int length = ChannelData.check(datagram, 0, bytes.length);
        if (length == ChannelData.MALFORMED) {
            return;
        }
        assertThat(length).isBetween(0, bytes.length - ChannelData.HEADER_BYTES);
        assertThat(ChannelData.isNumber(ChannelData.number(datagram, 0))).isTrue();
        assertThat(message.wrap(bytes, 0, bytes.length)).isNotEqualTo(Malformed.NONE);
    }

    @FuzzTest
    void uri(byte[] bytes) {
        StunUri.parse(new String(bytes, StandardCharsets.UTF_8))
                .ifPresent(uri -> assertThat(StunUri.parse(uri.toString())).contains(uri));
    }

    private void readAddresses() {
        for (int at = message.first(); at != StunMessage.NONE; at = message.next(at)) {
            AttributeType type = AttributeType.of(message.code(at));
            if (ADDRESSES.contains(type)) {
                AddressAttribute.read(message, at).ifPresent(address -> assertThat(AddressAttribute.read(
                        written(writer -> AddressAttribute.write(writer, type, address)), type)).contains(address));
            }
        }
    }

    private static List<Integer> frames(byte[] stream, int piece) {
        StunFramer framer = new StunFramer(4096);
        List<Integer> frames = new ArrayList<>();
        int from = 0;
        int length = StunFramer.NEED_MORE;
        for (int arrived = 0; arrived < stream.length && length != StunFramer.MALFORMED;) {
            arrived = Math.min(stream.length, arrived + piece);
            ByteBuffer bytes = ByteBuffer.wrap(stream).limit(arrived);
            while ((length = framer.next(bytes, from, arrived - from)) > 0) {
                frames.add(length);
                from += length;
            }
        }
        frames.add(length);
        return frames;
    }

    private static StunMessage written(Consumer<StunMessageWriter> attribute) {
        StunMessageWriter writer = writer();
        attribute.accept(writer);
        StunMessage written = new StunMessage();
        assertThat(written.wrap(writer.bytes(), 0, writer.length())).isEqualTo(Malformed.NONE);
        return written;
    }

    private static StunMessageWriter writer() {
        return new StunMessageWriter().start(ByteBuffer.allocate(70_000), 0,
                MessageType.of(MessageClass.REQUEST, Method.BINDING), new TransactionId(1, 2));
    }
}
