// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.message;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.stun.Vectors;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class StunMessagePropertiesTest {
    private final StunMessage message = new StunMessage();

    @Property(tries = 500)
    void readsBackWhatWasWritten(
            @ForAll("types") MessageType type, @ForAll int high, @ForAll long low,
            @ForAll("attributes") List<Attribute> attributes, @ForAll @IntRange(max = 9) int offset) {
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        Arrays.fill(buffer.array(), (byte) 0xFF);
        StunMessageWriter writer = new StunMessageWriter().start(buffer, offset, type, new TransactionId(high, low));
        attributes.forEach(attribute -> writer.add(attribute.type, attribute.value));

        Malformed malformed = message.wrap(buffer, offset, writer.length());

        assertThat(malformed).isEqualTo(Malformed.NONE);
        assertThat(message.type()).isEqualTo(type);
        assertThat(message.transactionId()).isEqualTo(new TransactionId(high, low));
        assertThat(message.length()).isEqualTo(writer.length());
        int at = message.first();
        for (Attribute attribute : attributes) {
            assertThat(message.code(at)).isEqualTo(attribute.type.code());
            assertThat(message.value(at)).isEqualTo(ByteBuffer.wrap(attribute.value));
            at = message.next(at);
        }
        assertThat(at).isEqualTo(StunMessage.NONE);
    }

    @Property(tries = 2000)
    void anyBytesAreReadWithinTheirBoundsOrRefused(@ForAll @Size(max = 120) byte[] bytes) {
        readAll(bytes);
    }

    @Property(tries = 5000)
    void anyAttributesAreReadWithinTheirBoundsOrRefused(@ForAll("attributeWords") List<Integer> words) {
        ByteBuffer buffer = ByteBuffer.allocate(StunMessage.HEADER_BYTES + words.size() * 4);
        buffer.putShort((short) 1).putShort((short) (words.size() * 4)).putInt(StunMessage.MAGIC_COOKIE).position(20);
        words.forEach(buffer::putInt);

        readAll(buffer.array());
    }

    @Property
    void anyChangedVectorIsReadWithinItsBoundsOrRefused(
            @ForAll("vectors") String vector, @ForAll @IntRange(max = 163) int at, @ForAll byte change) {
        byte[] bytes = Vectors.read(vector);
        bytes[at % bytes.length] ^= change;

        readAll(bytes);
    }

    @Property
    void everyTruncationIsRefused(@ForAll("vectors") String vector) {
        byte[] bytes = Vectors.read(vector);

        for (int length = 0; length < bytes.length; length++) {
            Malformed expected = length < StunMessage.HEADER_BYTES ? Malformed.TOO_SHORT : Malformed.LENGTH_MISMATCH;
            assertThat(message.wrap(bytes, 0, length)).isEqualTo(expected);
            assertThat(message.wrap(Arrays.copyOf(bytes, length), 0, length)).isEqualTo(expected);
        }
    }

    /** A truncation that mends the header's length, as a liar would. */
    @Property
    void everyMendedTruncationIsReadWithinItsBoundsOrRefused(@ForAll("vectors") String vector) {
        byte[] bytes = Vectors.read(vector);

        for (int length = StunMessage.HEADER_BYTES; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            ByteBuffer.wrap(cut).putShort(2, (short) (length - StunMessage.HEADER_BYTES));
            readAll(cut);
        }
    }

    /** The array ends where the message ends, so that one byte read too far throws. */
    private void readAll(byte[] bytes) {
        if (message.wrap(bytes, 0, bytes.length) != Malformed.NONE) {
            assertThat(message.first()).isEqualTo(StunMessage.NONE);
            return;
        }
        message.type();
        message.transactionId();
        int previous = 0;
        for (int at = message.first(); at != StunMessage.NONE; at = message.next(at)) {
            assertThat(at).isGreaterThan(previous);
            assertThat(message.value(at).remaining()).isEqualTo(message.valueLength(at));
            assertThat(message.before(at).remaining()).isEqualTo(at);
            message.text(at);
            previous = at;
        }
    }

    @Provide
    Arbitrary<MessageType> types() {
        return Combinators.combine(
                        Arbitraries.of(MessageClass.class),
                        Arbitraries.of(Method.class).filter(method -> method != Method.UNKNOWN))
                .as(MessageType::of);
    }

    @Provide
    Arbitrary<List<Attribute>> attributes() {
        Arbitrary<AttributeType> types = Arbitraries.of(AttributeType.class).filter(type -> switch (type) {
            case UNKNOWN, MESSAGE_INTEGRITY, MESSAGE_INTEGRITY_SHA256, FINGERPRINT -> false;
            default -> true;
        });
        Arbitrary<byte[]> values = Arbitraries.bytes().array(byte[].class).ofMaxSize(60);
        return Combinators.combine(types, values).as(Attribute::new).list().ofMaxSize(12);
    }

    /** Words that often look like the header of an attribute we treat in a special way. */
    @Provide
    Arbitrary<List<Integer>> attributeWords() {
        Arbitrary<Integer> headers = Combinators.combine(
                        Arbitraries.of(0x0008, 0x001C, 0x8028, 0x0020, 0x8022, 0x7FFF),
                        Arbitraries.of(0, 1, 3, 4, 8, 16, 20, 32, 0xFFFF))
                .as((code, length) -> code << 16 | length);
        return Arbitraries.oneOf(headers, Arbitraries.integers()).list().ofMaxSize(40);
    }

    @Provide
    Arbitrary<String> vectors() {
        return Arbitraries.of(Vectors.ALL);
    }

    record Attribute(AttributeType type, byte[] value) {}
}
